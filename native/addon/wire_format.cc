#include "wire_format.h"

#include <glib.h>

namespace vedette::wire {

void append_text(Bytes& out, uint32_t field, std::string_view text) {
  append_varint(out, field << 3 | kLengthDelimited);
  append_varint(out, text.size());
  while (!text.empty()) {
    const gchar* end = nullptr;
    const bool valid = g_utf8_validate(text.data(), static_cast<gssize>(text.size()), &end) != FALSE;
    const auto good = static_cast<size_t>(end - text.data());
    out.insert(out.end(), text.begin(), text.begin() + static_cast<ptrdiff_t>(good));
    if (valid) return;
    out.push_back('?');
    text.remove_prefix(good + 1);
  }
}

}  // namespace vedette::wire

#include "instance_mask.h"

#include <algorithm>
#include <cmath>

namespace vedette {
namespace {

struct Span {
  unsigned first, count;
};

// The cells of `cells` over [start, start + length) that lie in the visible part; at least one.
Span visible_cells(unsigned cells, float start, float length, float visible_start, float visible_length) {
  const float per_pixel = static_cast<float>(cells) / length;
  const auto cell = [&](float at) {
    return static_cast<unsigned>(std::lround(std::clamp((at - start) * per_pixel, 0.0F, static_cast<float>(cells))));
  };
  const unsigned first = std::min(cell(visible_start), cells - 1);
  return {first, std::max(cell(visible_start + visible_length), first + 1) - first};
}

}  // namespace

InstanceMask visible_part(const InstanceMask& mask, const meta::Box& box, const meta::Box& visible) {
  const Span columns = visible_cells(mask.width, box.left, box.width, visible.left, visible.width);
  const Span rows = visible_cells(mask.height, box.top, box.height, visible.top, visible.height);
  InstanceMask part{columns.count, rows.count, {}};
  part.values.reserve(size_t{columns.count} * rows.count);
  for (unsigned y = rows.first; y < rows.first + rows.count; y++) {
    const auto row = mask.values.begin() + static_cast<ptrdiff_t>(size_t{y} * mask.width + columns.first);
    part.values.insert(part.values.end(), row, row + columns.count);
  }
  return part;
}

}  // namespace vedette

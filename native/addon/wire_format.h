// Writes the wire format of protobuf (https://protobuf.dev/programming-guides/encoding/) to the end of a byte vector.
// proto3 leaves out what is zero or empty; `field` is the field's number.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace vedette::wire {

using Bytes = std::vector<uint8_t>;

constexpr uint32_t kVarint = 0;
constexpr uint32_t kLengthDelimited = 2;
constexpr uint32_t kFixed32 = 5;
constexpr size_t kLongestVarint = 10;

inline uint8_t* put_varint(uint8_t* at, uint64_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<uint8_t>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<uint8_t>(value);
  return at;
}

inline uint8_t* put_tag(uint8_t* at, uint32_t field, uint32_t type) { return put_varint(at, field << 3 | type); }

inline size_t varint_size(uint64_t value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    size++;
  }
  return size;
}

inline void append_varint(Bytes& out, uint64_t value) {
  uint8_t bytes[kLongestVarint];
  out.insert(out.end(), bytes, put_varint(bytes, value));
}

inline void append_number(Bytes& out, uint32_t field, uint64_t value) {
  if (value == 0) return;
  append_varint(out, field << 3 | kVarint);
  append_varint(out, value);
}

inline void append_float(Bytes& out, uint32_t field, float value) {
  if (value == 0) return;
  append_varint(out, field << 3 | kFixed32);
  uint8_t bytes[sizeof(float)];
  // Little-endian on every machine that DeepStream or Node runs on, as protobuf wants it.
  std::memcpy(bytes, &value, sizeof(float));
  out.insert(out.end(), bytes, bytes + sizeof(float));
}

// An entry of a repeated field is written even if it is empty.
inline void append_bytes(Bytes& out, uint32_t field, const uint8_t* bytes, size_t size) {
  append_varint(out, field << 3 | kLengthDelimited);
  append_varint(out, size);
  out.insert(out.end(), bytes, bytes + size);
}

inline void append_message(Bytes& out, uint32_t field, const Bytes& message) {
  append_bytes(out, field, message.data(), message.size());
}

// Text is UTF-8 on the wire; each byte that is not part of any becomes a question mark.
void append_text(Bytes& out, uint32_t field, std::string_view text);

}  // namespace vedette::wire

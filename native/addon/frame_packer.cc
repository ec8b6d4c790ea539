#include "frame_packer.h"

#include <cstring>

namespace vedette {
namespace {

// Wire types of protobuf: https://protobuf.dev/programming-guides/encoding/#structure
constexpr uint32_t kVarint = 0;
constexpr uint32_t kLengthDelimited = 2;

constexpr size_t kLongestVarint = 10;
constexpr size_t kScalars = 7, kColumns = 7;

uint8_t* put_varint(uint8_t* at, uint64_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<uint8_t>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<uint8_t>(value);
  return at;
}

size_t varint_size(uint64_t value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    size++;
  }
  return size;
}

uint8_t* put_tag(uint8_t* at, uint32_t field, uint32_t type) { return put_varint(at, field << 3 | type); }

// proto3 leaves out what is zero.
uint8_t* put_number(uint8_t* at, uint32_t field, uint64_t value) {
  return value == 0 ? at : put_varint(put_tag(at, field, kVarint), value);
}

template <typename Value>
uint8_t* put_varints(uint8_t* at, uint32_t field, const std::vector<PackedObject>& objects,
                     Value PackedObject::*value) {
  size_t bytes = 0;
  for (const PackedObject& object : objects) bytes += varint_size(object.*value);
  at = put_varint(put_tag(at, field, kLengthDelimited), bytes);
  for (const PackedObject& object : objects) at = put_varint(at, object.*value);
  return at;
}

uint8_t* put_floats(uint8_t* at, uint32_t field, const std::vector<PackedObject>& objects, float PackedObject::*value) {
  at = put_varint(put_tag(at, field, kLengthDelimited), objects.size() * sizeof(float));
  for (const PackedObject& object : objects) {
    // Little-endian on every machine that DeepStream or Node runs on, as protobuf wants it.
    std::memcpy(at, &(object.*value), sizeof(float));
    at += sizeof(float);
  }
  return at;
}

}  // namespace

void FramePacker::begin(const FrameHead& head) {
  head_ = head;
  objects_.clear();
}

void FramePacker::finish(std::vector<uint8_t>& out) {
  const size_t most = kScalars * (1 + kLongestVarint) + kColumns * (1 + kLongestVarint) +
                      objects_.size() * (2 * kLongestVarint + 5 * sizeof(float));
  if (body_.size() < most) body_.resize(2 * most);
  uint8_t* at = body_.data();
  at = put_number(at, 1, head_.camera);
  at = put_number(at, 2, head_.number);
  at = put_number(at, 3, static_cast<uint64_t>(head_.captured_us));
  at = put_number(at, 4, head_.pts_ns);
  at = put_number(at, 5, head_.width);
  at = put_number(at, 6, head_.height);
  at = put_number(at, 7, head_.latency_us);
  if (!objects_.empty()) {
    at = put_varints(at, 8, objects_, &PackedObject::class_id);
    at = put_varints(at, 9, objects_, &PackedObject::track_id);
    at = put_floats(at, 10, objects_, &PackedObject::confidence);
    at = put_floats(at, 11, objects_, &PackedObject::left);
    at = put_floats(at, 12, objects_, &PackedObject::top);
    at = put_floats(at, 13, objects_, &PackedObject::width);
    at = put_floats(at, 14, objects_, &PackedObject::height);
  }
  uint8_t head[2 * kLongestVarint];
  uint8_t* head_end = put_varint(put_tag(head, 3, kLengthDelimited), static_cast<size_t>(at - body_.data()));
  out.insert(out.end(), head, head_end);
  out.insert(out.end(), body_.data(), at);
}

}  // namespace vedette

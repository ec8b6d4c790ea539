#include "frame_packer.h"

#include <cstring>

namespace vedette {
namespace {

using wire::kLengthDelimited;
using wire::kLongestVarint;
using wire::put_tag;
using wire::put_varint;
using wire::varint_size;

constexpr size_t kScalars = 8, kColumns = 9;

// proto3 leaves out what is zero.
uint8_t* put_number(uint8_t* at, uint32_t field, uint64_t value) {
  return value == 0 ? at : put_varint(put_tag(at, field, wire::kVarint), value);
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
  has_tracker_confidence_ = has_rotation_ = false;
  parts_.clear();
}

void FramePacker::finish(std::vector<uint8_t>& out) {
  const size_t most = kScalars * (2 + kLongestVarint) + kColumns * (2 + kLongestVarint) +
                      objects_.size() * (2 * kLongestVarint + 7 * sizeof(float));
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
    if (has_tracker_confidence_) at = put_floats(at, 15, objects_, &PackedObject::tracker_confidence);
    if (has_rotation_) at = put_floats(at, 16, objects_, &PackedObject::rotation);
  }
  at = put_number(at, 21, static_cast<uint64_t>(head_.sent_us));
  uint8_t head[2 * kLongestVarint];
  uint8_t* head_end =
      put_varint(put_tag(head, 3, kLengthDelimited), static_cast<size_t>(at - body_.data()) + parts_.size());
  out.insert(out.end(), head, head_end);
  out.insert(out.end(), body_.data(), at);
  out.insert(out.end(), parts_.begin(), parts_.end());
}

}  // namespace vedette

#include "frame_packer.h"

#include <cstring>

namespace vedette {
namespace {

// Wire types of protobuf: https://protobuf.dev/programming-guides/encoding/#structure
constexpr uint32_t kVarint = 0;
constexpr uint32_t kLengthDelimited = 2;

void put_varint(std::vector<uint8_t>& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<uint8_t>(value));
}

size_t varint_size(uint64_t value) {
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    size++;
  }
  return size;
}

void put_tag(std::vector<uint8_t>& out, uint32_t field, uint32_t type) { put_varint(out, field << 3 | type); }

// proto3 leaves out what is zero.
void put_number(std::vector<uint8_t>& out, uint32_t field, uint64_t value) {
  if (value == 0) return;
  put_tag(out, field, kVarint);
  put_varint(out, value);
}

}  // namespace

void FramePacker::begin(const FrameHead& head) {
  head_ = head;
  objects_.clear();
}

const std::vector<uint8_t>& FramePacker::finish() {
  body_.clear();
  put_number(body_, 1, head_.camera);
  put_number(body_, 2, head_.number);
  put_number(body_, 3, static_cast<uint64_t>(head_.captured_us));
  put_number(body_, 4, head_.pts_ns);
  put_number(body_, 5, head_.width);
  put_number(body_, 6, head_.height);
  put_number(body_, 7, head_.latency_us);
  if (!objects_.empty()) {
    varint_column(8, [](const PackedObject& object) -> uint64_t { return object.class_id; });
    varint_column(9, [](const PackedObject& object) { return object.track_id; });
    float_column(10, &PackedObject::confidence);
    float_column(11, &PackedObject::left);
    float_column(12, &PackedObject::top);
    float_column(13, &PackedObject::width);
    float_column(14, &PackedObject::height);
  }
  entry_.clear();
  put_tag(entry_, 3, kLengthDelimited);
  put_varint(entry_, body_.size());
  entry_.insert(entry_.end(), body_.begin(), body_.end());
  return entry_;
}

void FramePacker::varint_column(uint32_t field, uint64_t (*value)(const PackedObject&)) {
  size_t bytes = 0;
  for (const PackedObject& object : objects_) bytes += varint_size(value(object));
  put_tag(body_, field, kLengthDelimited);
  put_varint(body_, bytes);
  for (const PackedObject& object : objects_) put_varint(body_, value(object));
}

void FramePacker::float_column(uint32_t field, float PackedObject::*value) {
  put_tag(body_, field, kLengthDelimited);
  put_varint(body_, objects_.size() * sizeof(float));
  size_t at = body_.size();
  body_.resize(at + objects_.size() * sizeof(float));
  for (const PackedObject& object : objects_) {
    // Little-endian on every machine that DeepStream or Node runs on, as protobuf wants it.
    std::memcpy(&body_[at], &(object.*value), sizeof(float));
    at += sizeof(float);
  }
}

}  // namespace vedette

// Encodes one analysed frame as an entry of `repeated Frame frames = 3` (protocol/frames.proto).
//
// Begin, add the objects, finish: the columns and the output keep their memory, so a running pipeline does not
// allocate. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace vedette {

struct FrameHead {
  uint32_t camera;
  uint64_t number;
  int64_t captured_us;
  uint64_t pts_ns;
  uint32_t width;
  uint32_t height;
  uint32_t latency_us;
};

struct PackedObject {
  uint32_t class_id;
  uint64_t track_id;
  float confidence;
  float left, top, width, height;
};

class FramePacker {
 public:
  void begin(const FrameHead& head);
  void add(const PackedObject& object) { objects_.push_back(object); }
  uint32_t object_count() const { return static_cast<uint32_t>(objects_.size()); }
  // Valid until the next begin().
  const std::vector<uint8_t>& finish();

 private:
  void varint_column(uint32_t field, uint64_t (*value)(const PackedObject&));
  void float_column(uint32_t field, float PackedObject::*value);

  FrameHead head_{};
  std::vector<PackedObject> objects_;
  std::vector<uint8_t> body_;
  std::vector<uint8_t> entry_;
};

}  // namespace vedette

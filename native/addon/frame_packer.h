// Encodes one analysed frame as an entry of `repeated Frame frames = 3` (protocol/frames.proto).
//
// Begin, add the objects, finish: the columns and the output keep their memory, so a running pipeline does not
// allocate. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "wire_format.h"

namespace vedette {

struct FrameHead {
  uint32_t camera;
  uint64_t number;
  int64_t captured_us;
  uint64_t pts_ns;
  uint32_t width;
  uint32_t height;
  uint32_t latency_us;
  int64_t sent_us;  // 0: the camera has not told
};

struct PackedObject {
  uint32_t class_id;
  uint64_t track_id;
  float confidence;
  float left, top, width, height;
  float tracker_confidence, rotation;
};

// The wire knows 0 as untracked and ids up to 2^53 - 1, which JavaScript counts exactly. DeepStream's untracked is
// 2^64 - 1; its trackers with useUniqueID put a random number into the upper 32 bits and count in the lower, so the
// upper bits are cut: the count stays as it is. An id that would become 0 becomes 2^53 - 1.
constexpr uint64_t packed_track_id(uint64_t id) {
  constexpr uint64_t kUntracked = UINT64_MAX;
  constexpr uint64_t kLargest = (uint64_t{1} << 53) - 1;
  if (id == kUntracked || id == 0) return 0;
  return (id & kLargest) == 0 ? kLargest : id & kLargest;
}
// Checked here, where it is read: the compiler refuses the file if the rule breaks.
static_assert(packed_track_id(UINT64_MAX) == 0);
static_assert(packed_track_id(7) == 7);
static_assert(packed_track_id((uint64_t{1} << 53) - 1) == (uint64_t{1} << 53) - 1);
static_assert(packed_track_id(0xABCDEF0100000007) == 0x000DEF0100000007);
static_assert(packed_track_id(uint64_t{1} << 63) == (uint64_t{1} << 53) - 1);

class FramePacker {
 public:
  void begin(const FrameHead& head);
  void add(const PackedObject& object) {
    objects_.push_back(object);
    has_tracker_confidence_ |= object.tracker_confidence > 0 && object.tracker_confidence != object.confidence;
    has_rotation_ |= object.rotation != 0;
  }
  // Of the frame: whole fields of frame_parts.h, put behind the columns.
  wire::Bytes& parts() { return parts_; }
  uint32_t object_count() const { return static_cast<uint32_t>(objects_.size()); }
  // Appends the entry.
  void finish(std::vector<uint8_t>& out);

 private:
  FrameHead head_{};
  std::vector<PackedObject> objects_;
  bool has_tracker_confidence_ = false, has_rotation_ = false;
  wire::Bytes parts_;
  std::vector<uint8_t> body_;
};

}  // namespace vedette

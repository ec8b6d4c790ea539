// Timestamps of one source as they leave it: from 0 (files), always rising, across the repeats of a loop; and the
// counting of what does not follow one frame duration after the other. Streaming thread only; plain arithmetic.
#pragma once

#include <cstdint>
#include <optional>

namespace vedette {

class Timeline {
 public:
  // `rate` of the caps; 0 when the stream does not say.
  void set_frame_duration(uint64_t ns) { duration_ = ns; }

  // The time to give a frame whose running time in its own segment is `time` (none: it follows the one before).
  uint64_t next(std::optional<uint64_t> time, bool rebase) {
    if (!last_) {
      if (rebase && time) offset_ = -static_cast<int64_t>(*time);
      return settle(time && !rebase ? *time : 0);
    }
    uint64_t follows = *last_ + step();
    if (!time) return settle(follows);
    if (is_new_round_) {
      is_new_round_ = false;
      offset_ = static_cast<int64_t>(follows) - static_cast<int64_t>(*time);
    }
    int64_t at = static_cast<int64_t>(*time) + offset_;
    // A camera whose clock jumped back: go on from where we are.
    if (at <= static_cast<int64_t>(*last_)) {
      offset_ += static_cast<int64_t>(follows) - at;
      at = static_cast<int64_t>(follows);
    }
    return settle(static_cast<uint64_t>(at));
  }
  void begin_round() { is_new_round_ = true; }
  uint64_t frame_duration() const { return step(); }
  uint64_t gaps() const { return gaps_; }

 private:
  uint64_t step() const { return duration_ > 0 ? duration_ : measured_ > 0 ? measured_ : 40'000'000; }

  uint64_t settle(uint64_t at) {
    if (last_) {
      uint64_t delta = at - *last_;
      if (duration_ == 0 && measured_ == 0) measured_ = delta;
      uint64_t expected = step();
      if (delta * 2 < expected || delta * 2 > expected * 3) gaps_++;
    }
    last_ = at;
    return at;
  }

  uint64_t duration_ = 0;
  uint64_t measured_ = 0;
  int64_t offset_ = 0;
  std::optional<uint64_t> last_;
  bool is_new_round_ = false;
  uint64_t gaps_ = 0;
};

}  // namespace vedette

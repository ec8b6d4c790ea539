// Timestamps of one source as they leave it: from 0 (files), always rising, across the repeats of a loop; and the
// counting of what does not follow one frame duration after the other. Streaming thread only; plain arithmetic.
#pragma once

#include <algorithm>
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
  // Places where frames are missing or come at once; a missing one is known for missing a few frames later.
  uint64_t gaps() const { return gaps_; }

 private:
  uint64_t step() const { return duration_ > 0 ? duration_ : measured_ > 0 ? measured_ : 40'000'000; }

  uint64_t settle(uint64_t at) {
    if (last_) {
      uint64_t delta = at - *last_;
      if (duration_ == 0 && measured_ == 0) measured_ = delta;
      count(delta);
    }
    last_ = at;
    return at;
  }

  // A process that stood still takes its packets late, and rtpjitterbuffer, which goes by their arrival, brings the
  // frames after the pause closer together until all of it is made up for: then nothing is missing.
  void count(uint64_t delta) {
    const uint64_t expected = step();
    if (delta * 2 > expected * 3) {
      owed_ += delta - expected;
      paused_ += delta - expected;
      late_++;
      waited_ = 0;
    } else if (late_ > 0 && delta * 10 < expected * 9) {
      owed_ -= std::min(owed_, expected - delta);
      waited_ = 0;
    } else if (delta * 2 < expected) {
      gaps_++;
    } else if (late_ > 0) {
      settle_pauses(expected);
    }
  }

  // With a frame that comes in its time. After several pauses a little of each remains: the jitter buffer's own
  // estimate has moved.
  void settle_pauses(uint64_t expected) {
    const bool is_made_up = owed_ * 2 < expected || owed_ * 5 < paused_;
    if (!is_made_up && ++waited_ < kPatience) return;
    if (!is_made_up) gaps_ += late_;
    late_ = owed_ = paused_ = 0;
  }

  uint64_t duration_ = 0;
  uint64_t measured_ = 0;
  int64_t offset_ = 0;
  std::optional<uint64_t> last_;
  bool is_new_round_ = false;
  static constexpr unsigned kPatience = 10;  // frames that make up for nothing
  uint64_t gaps_ = 0;
  uint64_t late_ = 0, paused_ = 0, owed_ = 0;  // pauses, their time, and what of it is not made up for yet
  unsigned waited_ = 0;
};

}  // namespace vedette

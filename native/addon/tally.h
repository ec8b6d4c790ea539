// Counts of one source, written by its streaming threads and read once a second. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

#include "report.h"

namespace vedette {

inline int64_t monotonic_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}
inline int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Tally {
 public:
  void decoded();
  void received(size_t bytes) { bytes_ += bytes; }
  void keyframe() { keyframes_++; }
  void muxed() { muxed_++; }
  void still() { still_++; }
  void analysed(uint32_t latency_us);
  void set_pts_gaps(uint64_t gaps) { pts_gaps_ = gaps; }

  uint64_t frames_decoded() const { return decoded_; }
  uint64_t frames_muxed() const { return muxed_; }
  uint64_t frames_analysed() const { return analysed_; }
  // Fills in what is counted here; what is "since the last stats" begins anew.
  void read(SourceStats& stats, double seconds);

 private:
  std::atomic<uint64_t> decoded_{0}, still_{0}, muxed_{0}, analysed_{0}, bytes_{0}, keyframes_{0}, pts_gaps_{0};
  std::atomic<int64_t> last_frame_us_{0}, longest_gap_us_{0};
  std::mutex mutex_;  // innermost
  std::vector<uint32_t> latencies_us_;
};

}  // namespace vedette

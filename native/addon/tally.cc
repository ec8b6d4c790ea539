#include "tally.h"

#include <algorithm>

#include "percentile.h"

namespace vedette {
namespace {

constexpr size_t kMaxLatencies = 1024;

}  // namespace

void Tally::decoded() {
  int64_t now = monotonic_us();
  int64_t before = last_frame_us_.exchange(now);
  decoded_++;
  if (before != 0 && now - before > longest_gap_us_) longest_gap_us_ = now - before;
}

void Tally::analysed(uint32_t latency_us) {
  analysed_++;
  std::lock_guard lock(mutex_);
  if (latencies_us_.size() < kMaxLatencies) latencies_us_.push_back(latency_us);
}

void Tally::read(SourceStats& stats, double seconds) {
  stats.frames_decoded = decoded_;
  stats.frames_muxed = muxed_;
  stats.frames_still = still_;
  stats.frames_analysed = analysed_;
  int64_t last = last_frame_us_;
  stats.last_frame_age_ms = last == 0 ? -1 : static_cast<double>(monotonic_us() - last) / 1000.0;
  stats.longest_gap_ms = static_cast<double>(longest_gap_us_.exchange(0)) / 1000.0;
  stats.keyframes = keyframes_;
  stats.pts_gaps = pts_gaps_;
  stats.bits_per_second = static_cast<double>(bytes_.exchange(0)) * 8 / std::max(0.001, seconds);
  std::vector<uint32_t> latencies;
  {
    std::lock_guard lock(mutex_);
    latencies.swap(latencies_us_);
  }
  stats.latency_ms_p50 = percentile_ms(latencies, 0.5);
  stats.latency_ms_p99 = percentile_ms(latencies, 0.99);
}

}  // namespace vedette

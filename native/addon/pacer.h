// Lets frames through at the times their timestamps say, so that a file plays like a camera.
// wait() runs on the source's streaming thread, release() on any: it ends the wait, now and for ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

namespace vedette {

class Pacer {
 public:
  void wait(uint64_t pts_ns) {
    using Clock = std::chrono::steady_clock;
    constexpr auto kHopelesslyLate = std::chrono::milliseconds(500);
    auto pts = std::chrono::nanoseconds(pts_ns);
    std::unique_lock lock(mutex_);
    auto now = Clock::now();
    // What was missed while the machine was busy is not played in a burst afterwards.
    if (!begin_ || *begin_ + pts + kHopelesslyLate < now) begin_ = now - pts;
    condition_.wait_until(lock, *begin_ + pts, [this] { return is_released_; });
  }

  void release() {
    std::lock_guard lock(mutex_);
    is_released_ = true;
    condition_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  std::optional<std::chrono::steady_clock::time_point> begin_;
  bool is_released_ = false;
};

}  // namespace vedette

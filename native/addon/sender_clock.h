// A camera's own clock, as its RTCP sender reports tell it (RFC 3550, 6.4.1): when it sent which frame, and how far
// that clock is ahead of ours. A camera that has not reported yet, or has no clock, tells nothing: nothing is guessed.
//
// Reports, packets and frames come on threads of their own; every method may be called on any. Its lock is innermost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace vedette {

class SenderClock {
 public:
  // A compound RTCP packet of a stream whose RTP timestamps count `clock_hz`, and when it came (microseconds since
  // 1970).
  void report(const uint8_t* rtcp, size_t bytes, uint32_t clock_hz, int64_t received_us);
  // The first packet of a frame: who sent it, its RTP timestamp, and the presentation time that it was given.
  void packet(uint32_t ssrc, uint32_t rtp_time, uint64_t stream_pts);
  // The frame of that presentation time has got another one, by which it is asked for from here on.
  void crossed(uint64_t stream_pts, uint64_t pts);
  // By the camera's clock, microseconds since 1970; 0: the camera has not told.
  int64_t sent_us(uint64_t pts) const;
  // Median over the last reports of what the camera's clock said, less what ours said when it was read here.
  std::optional<int64_t> ahead_us() const;

 private:
  struct Report {
    uint32_t ssrc, rtp_time, clock_hz;
    int64_t sent_us;
  };
  struct Stamp {
    uint64_t pts;
    int64_t sent_us;
  };
  // More frames than any decoder, queue or batch holds back. The oldest gives way.
  class Stamps {
   public:
    void put(const Stamp& stamp) { ring_[next_++ % ring_.size()] = stamp; }
    int64_t of(uint64_t pts) const;

   private:
    std::array<Stamp, 64> ring_{};
    size_t next_ = 0;
  };

  mutable std::mutex mutex_;
  std::optional<Report> last_;
  std::vector<int64_t> aheads_us_;  // the oldest first
  Stamps packets_, frames_;
};

}  // namespace vedette

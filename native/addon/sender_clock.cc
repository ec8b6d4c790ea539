#include "sender_clock.h"

#include <algorithm>
#include <cstdlib>

namespace vedette {
namespace {

constexpr uint8_t kSenderReport = 200;
constexpr size_t kSenderReportBytes = 28;
constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kNtpEpochSeconds = 2'208'988'800;  // from 1900, NTP's epoch, to 1970
// A report of so long ago, or far ahead, is about another time: its camera has begun to count anew, or reports no more.
constexpr int64_t kReportHoldsUs = 600 * kSecondUs;
constexpr size_t kReportsKept = 9;

uint32_t number_at(const uint8_t* at) {
  return uint32_t{at[0]} << 24U | uint32_t{at[1]} << 16U | uint32_t{at[2]} << 8U | uint32_t{at[3]};
}

// Microseconds since 1970. None where the sender has no wall clock: it sends 0, or counts from when it was switched on.
std::optional<int64_t> wall_us_of(uint32_t ntp_seconds, uint32_t ntp_fraction) {
  const int64_t seconds = int64_t{ntp_seconds} - kNtpEpochSeconds;
  if (seconds <= 0) return std::nullopt;
  return seconds * kSecondUs + static_cast<int64_t>((uint64_t{ntp_fraction} * kSecondUs) >> 32U);
}

}  // namespace

int64_t SenderClock::Stamps::of(uint64_t pts) const {
  // The latest first: a camera whose clock jumps back sends a time twice.
  for (size_t back = 1; back <= ring_.size(); back++) {
    const Stamp& stamp = ring_[(next_ + ring_.size() - back) % ring_.size()];
    if (stamp.pts == pts && stamp.sent_us != 0) return stamp.sent_us;
  }
  return 0;
}

void SenderClock::report(const uint8_t* rtcp, size_t bytes, uint32_t clock_hz, int64_t received_us) {
  const bool is_report = bytes >= kSenderReportBytes && rtcp[0] >> 6U == 2 && rtcp[1] == kSenderReport;
  if (!is_report || clock_hz == 0) return;
  const auto sent_us = wall_us_of(number_at(rtcp + 8), number_at(rtcp + 12));
  const std::lock_guard lock(mutex_);
  if (!sent_us) {
    last_.reset();
    aheads_us_.clear();
    return;
  }
  last_ = Report{number_at(rtcp + 4), number_at(rtcp + 16), clock_hz, *sent_us};
  if (aheads_us_.size() == kReportsKept) aheads_us_.erase(aheads_us_.begin());
  aheads_us_.push_back(*sent_us - received_us);
}

void SenderClock::packet(uint32_t ssrc, uint32_t rtp_time, uint64_t stream_pts) {
  const std::lock_guard lock(mutex_);
  if (!last_ || last_->ssrc != ssrc) return;
  // RTP timestamps wrap around; what lies between is less than half their range.
  const int64_t ticks = static_cast<int32_t>(rtp_time - last_->rtp_time);
  const int64_t since_us = ticks * kSecondUs / last_->clock_hz;
  if (std::abs(since_us) <= kReportHoldsUs) packets_.put({stream_pts, last_->sent_us + since_us});
}

void SenderClock::crossed(uint64_t stream_pts, uint64_t pts) {
  const std::lock_guard lock(mutex_);
  const int64_t sent_us = packets_.of(stream_pts);
  if (sent_us != 0) frames_.put({pts, sent_us});
}

int64_t SenderClock::sent_us(uint64_t pts) const {
  const std::lock_guard lock(mutex_);
  return frames_.of(pts);
}

std::optional<int64_t> SenderClock::ahead_us() const {
  std::vector<int64_t> aheads_us;
  {
    const std::lock_guard lock(mutex_);
    aheads_us = aheads_us_;
  }
  if (aheads_us.empty()) return std::nullopt;
  const auto middle = aheads_us.begin() + static_cast<ptrdiff_t>(aheads_us.size() / 2);
  std::nth_element(aheads_us.begin(), middle, aheads_us.end());
  return *middle;
}

}  // namespace vedette

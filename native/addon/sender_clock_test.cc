// A camera's clock from sender reports made by hand.
#include "sender_clock.h"

#include <array>
#include <thread>

#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint32_t kHz = 90'000, kCamera = 0xABCD1234;
constexpr int64_t kNoonUs = 1'795'262'400'000'000;  // 2026-11-21 12:00
constexpr int64_t kNtpEpochSeconds = 2'208'988'800;

void put(uint8_t* at, uint32_t value) {
  for (unsigned i = 0; i < 4; i++) at[i] = static_cast<uint8_t>(value >> (24U - 8U * i));
}

using Packet = std::array<uint8_t, 28>;

Packet report_of(uint32_t ntp_seconds, uint32_t ntp_fraction, uint32_t rtp_time) {
  Packet packet{0x80, 200, 0, 6};
  put(&packet[4], kCamera);
  put(&packet[8], ntp_seconds);
  put(&packet[12], ntp_fraction);
  put(&packet[16], rtp_time);
  return packet;
}

uint32_t ntp_of(int64_t us) { return static_cast<uint32_t>(us / 1'000'000 + kNtpEpochSeconds); }

void tell(SenderClock& clock, int64_t sent_us, uint32_t rtp_time, int64_t received_us) {
  const Packet packet = report_of(ntp_of(sent_us), 0, rtp_time);
  clock.report(packet.data(), packet.size(), kHz, received_us);
}

int64_t sent(SenderClock& clock, uint32_t rtp_time, uint32_t ssrc = kCamera) {
  constexpr uint64_t kStreamPts = 7'000, kPts = 40'000'000;
  clock.packet(ssrc, rtp_time, kStreamPts);
  clock.crossed(kStreamPts, kPts);
  return clock.sent_us(kPts);
}

void between_reports() {
  SenderClock clock;
  tell(clock, kNoonUs, 1000, kNoonUs);
  CHECK_EQUAL(sent(clock, 1000 + kHz / 2), kNoonUs + 500'000);
  CHECK_EQUAL(sent(clock, 1000 - kHz / 10), kNoonUs - 100'000);
}

void fraction() {
  SenderClock clock;
  const Packet packet = report_of(ntp_of(kNoonUs), 0x40000000, 0);
  clock.report(packet.data(), packet.size(), kHz, kNoonUs);
  CHECK_EQUAL(sent(clock, 0), kNoonUs + 250'000);
}

void wrap() {
  SenderClock clock;
  tell(clock, kNoonUs, UINT32_MAX - kHz + 1, kNoonUs);
  CHECK_EQUAL(sent(clock, kHz), kNoonUs + 2'000'000);
}

void silent() {
  SenderClock clock;
  CHECK_EQUAL(sent(clock, 1000), 0);
  CHECK(!clock.ahead_us());
}

void frame_by_frame() {
  SenderClock clock;
  clock.packet(kCamera, 0, 1);  // before the first report
  tell(clock, kNoonUs, 0, kNoonUs);
  clock.packet(kCamera, 3600, 2);
  clock.packet(kCamera, 7200, 3);
  for (uint64_t pts = 1; pts <= 3; pts++) clock.crossed(pts, pts * 10);
  CHECK_EQUAL(clock.sent_us(10), 0);
  CHECK_EQUAL(clock.sent_us(20), kNoonUs + 40'000);
  CHECK_EQUAL(clock.sent_us(30), kNoonUs + 80'000);
  CHECK_EQUAL(clock.sent_us(40), 0);
}

void another_sender() {
  SenderClock clock;
  tell(clock, kNoonUs, 0, kNoonUs);
  CHECK_EQUAL(sent(clock, 0, kCamera + 1), 0);
}

void old_report() {
  SenderClock clock;
  tell(clock, kNoonUs, 0, kNoonUs);
  CHECK_EQUAL(sent(clock, 601 * kHz), 0);
}

void no_wall_clock() {
  SenderClock clock;
  tell(clock, kNoonUs, 0, kNoonUs);
  for (const uint32_t seconds : {0U, 4711U}) {
    const Packet packet = report_of(seconds, 5, 0);
    clock.report(packet.data(), packet.size(), kHz, kNoonUs);
    CHECK_EQUAL(sent(clock, 0), 0);
    CHECK(!clock.ahead_us());
  }
}

void broken() {
  SenderClock clock;
  Packet packet = report_of(ntp_of(kNoonUs), 0, 0);
  clock.report(packet.data(), packet.size() - 1, kHz, kNoonUs);
  clock.report(packet.data(), packet.size(), 0, kNoonUs);
  packet[1] = 201;  // a receiver's report
  clock.report(packet.data(), packet.size(), kHz, kNoonUs);
  CHECK_EQUAL(sent(clock, 0), 0);
}

void median() {
  SenderClock clock;
  const int64_t ahead_us = 3'000'000;
  for (const int64_t late_us : {20'000, 900'000, 30'000, 10'000, 25'000})
    tell(clock, kNoonUs + ahead_us, 0, kNoonUs + late_us);
  CHECK_EQUAL(clock.ahead_us().value_or(0), ahead_us - 25'000);
}

void set_right() {
  SenderClock clock;
  for (int i = 0; i < 20; i++) tell(clock, kNoonUs - 60'000'000, 0, kNoonUs);
  CHECK_EQUAL(clock.ahead_us().value_or(0), -60'000'000);
  for (int i = 0; i < 5; i++) tell(clock, kNoonUs, 0, kNoonUs);
  CHECK_EQUAL(clock.ahead_us().value_or(1), 0);
}

// For the thread sanitizer: as in a pipeline, each has a thread of its own.
void threads() {
  SenderClock clock;
  constexpr uint32_t kFrames = 2000;
  std::thread reports([&] {
    for (uint32_t i = 0; i < kFrames; i++) tell(clock, kNoonUs + int64_t{i} * 1'000'000, i * kHz, kNoonUs);
  });
  std::thread packets([&] {
    for (uint32_t i = 0; i < kFrames; i++) clock.packet(kCamera, i * kHz, i);
  });
  std::thread frames([&] {
    for (uint32_t i = 0; i < kFrames; i++) clock.crossed(i, i);
  });
  for (uint32_t i = 0; i < kFrames; i++) {
    // Whichever report it was that told: each says the same of a frame.
    const int64_t sent_us = clock.sent_us(i);
    if (sent_us != 0) CHECK_EQUAL(sent_us, kNoonUs + int64_t{i} * 1'000'000);
    (void)clock.ahead_us();
  }
  for (std::thread* one : {&reports, &packets, &frames}) one->join();
}

}  // namespace

int main() {
  return check::run_all({{"a frame was sent as long after the report as its RTP timestamp says", between_reports},
                         {"a report's time is read to the fraction of a second", fraction},
                         {"RTP timestamps that wrap around go on", wrap},
                         {"a camera that has not reported tells nothing", silent},
                         {"each frame has its own time, and those before the first report have none", frame_by_frame},
                         {"a report of another sender says nothing of this one's frames", another_sender},
                         {"a report of ten minutes ago says nothing any more", old_report},
                         {"a sender without a wall clock tells nothing, and takes back what was told", no_wall_clock},
                         {"what is no sender report is left alone", broken},
                         {"one late report does not make a clock wrong", median},
                         {"reports, packets, frames and questions come on threads of their own", threads},
                         {"a clock that was set right is seen after a few reports", set_right}});
}

// What crosses from streaming threads to JavaScript: nothing promised is lost, in order, from any number of threads.
#include "outbox.h"

#include <atomic>
#include <condition_variable>
#include <thread>

#include "errands.h"
#include "meta/check.h"
#include "tally.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

PackedFrames batch_of(uint32_t slot, uint64_t first, uint32_t frames, size_t bytes) {
  PackedFrames batch;
  for (uint32_t i = 0; i < frames; i++) {
    batch.bytes.insert(batch.bytes.end(), bytes, static_cast<uint8_t>(slot));
    batch.ends.push_back(static_cast<uint32_t>(batch.bytes.size()));
    batch.index.push_back({slot, 1, first + i, 0});
  }
  return batch;
}

// Waits as the JavaScript thread does: asleep until woken, then takes all there is.
struct Reader {
  std::mutex mutex;
  std::condition_variable woken;
  bool is_awake = false;

  void wake() {
    std::lock_guard lock(mutex);
    is_awake = true;
    woken.notify_one();
  }
  void sleep() {
    std::unique_lock lock(mutex);
    woken.wait(lock, [this] { return is_awake; });
    is_awake = false;
  }
};

void many_writers() {
  constexpr uint32_t kWriters = 4;
  constexpr uint64_t kBatches = 400, kFrames = 5;
  Reader reader;
  Outbox outbox([&] { reader.wake(); });
  std::vector<std::thread> writers;
  for (uint32_t slot = 0; slot < kWriters; slot++) {
    writers.emplace_back([&outbox, slot] {
      for (uint64_t i = 0; i < kBatches; i++) {
        outbox.put_frames(batch_of(slot, i * kFrames, kFrames, 40));
        SourceEvent event;
        event.slot = slot;
        event.generation = static_cast<uint32_t>(i);
        outbox.put(Report(event));
      }
    });
  }
  std::vector<uint64_t> next_frame(kWriters, 0), next_event(kWriters, 0);
  uint64_t frames_seen = 0, dropped = 0, events = 0;
  bool is_ordered = true, is_whole = true;
  WaitingFrames frames;
  Outbox::Contents contents;
  while (events < kWriters * kBatches || frames_seen + dropped < kWriters * kBatches * kFrames) {
    reader.sleep();
    outbox.take(frames, contents);
    dropped += frames.dropped;
    frames_seen += frames.index.size();
    uint32_t begin = 0;
    for (size_t i = 0; i < frames.index.size(); i++) {
      const FrameIndex& at = frames.index[i];
      is_ordered = is_ordered && at.pts_ns >= next_frame[at.slot];
      next_frame[at.slot] = at.pts_ns + 1;
      is_whole = is_whole && frames.ends[i] - begin == 40 && frames.bytes[begin] == at.slot;
      begin = frames.ends[i];
    }
    for (const Report& report : contents.reports) {
      const auto& event = std::get<SourceEvent>(report);
      is_ordered = is_ordered && event.generation == next_event[event.slot]++;
      events++;
    }
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(is_ordered);
  CHECK(is_whole);
  CHECK_EQUAL(events, kWriters * kBatches);
  CHECK_EQUAL(frames_seen + dropped, kWriters * kBatches * kFrames);
  CHECK_EQUAL(outbox.frames_dropped(), dropped);
}

void oldest_goes() {
  Outbox outbox([] {});
  for (uint64_t i = 0; i < 10; i++) outbox.put_frames(batch_of(0, i * 1000, 1000, 4));
  WaitingFrames frames;
  Outbox::Contents contents;
  outbox.take(frames, contents);
  CHECK_EQUAL(frames.index.size(), kMaxWaitingFrames);
  CHECK_EQUAL(frames.dropped, 10'000 - kMaxWaitingFrames);
  CHECK_EQUAL(frames.index.back().pts_ns, 9999U);
  CHECK_EQUAL(frames.ends.back(), frames.bytes.size());
}

void errands_end() {
  Errands errands;
  std::atomic<int> done{0};
  for (int i = 0; i < 50; i++) errands.run([&done] { done++; });
  CHECK(errands.finish(std::chrono::seconds(30)));
  CHECK_EQUAL(done.load(), 50);
}

void tally_is_read_while_it_counts() {
  Tally tally;
  std::thread stream([&tally] {
    for (uint32_t i = 0; i < 5000; i++) {
      tally.decoded();
      tally.muxed();
      tally.analysed(i);
      tally.received(10);
    }
  });
  SourceStats stats;
  for (int i = 0; i < 200; i++) tally.read(stats, 1);
  stream.join();
  tally.read(stats, 1);
  CHECK_EQUAL(stats.frames_decoded, 5000U);
  CHECK_EQUAL(stats.frames_analysed, 5000U);
}

}  // namespace

int main() {
  return check::run_all({
      {"four threads write: every event arrives in order, every frame arrives or is counted", many_writers},
      {"when nobody reads, the oldest frames go and are counted", oldest_goes},
      {"errands end before they are waited for no longer", errands_end},
      {"counts are read while streams count", tally_is_read_while_it_counts},
  });
}

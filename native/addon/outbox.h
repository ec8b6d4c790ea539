// What waits for the JavaScript thread: frames in a bounded queue that drops its oldest, states and errors in one that
// never drops, pictures newest-wins. Knows neither GStreamer nor JavaScript.
//
// Every method may be called on any thread. One lock, always the innermost; `wake` is called after it was let go.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "report.h"

namespace vedette {

constexpr size_t kMaxWaitingFrames = 4096;
constexpr size_t kMaxWaitingBytes = 8 * 1024 * 1024;

struct FrameIndex {
  uint32_t slot;
  uint32_t generation;
  uint64_t pts_ns;
  uint32_t objects;
};

struct PackedFrames {
  std::vector<uint8_t> bytes;
  std::vector<uint32_t> ends;  // entry i ends at bytes[ends[i]]
  std::vector<FrameIndex> index;

  void clear() {
    bytes.clear();
    ends.clear();
    index.clear();
  }
};

struct WaitingFrames : PackedFrames {
  uint64_t dropped = 0;
};

using Report = std::variant<SourceEvent, PipelineError>;
// Runs on the JavaScript thread: settles a promise, say.
using Task = std::function<void()>;

class Outbox {
 public:
  explicit Outbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Those of one batch: JavaScript is woken once for all of them.
  void put_frames(const PackedFrames& batch);
  // From here on frames wait without waking; false when they already do.
  bool hold_frames();
  // They wake again; true when some are waiting.
  bool resume_frames();
  void put(Report report);
  void put(PipelineStats stats);
  // Pictures of tap `id`; an unread one is replaced.
  void put_picture(uint64_t tap, Picture picture);
  void put_task(Task task);
  uint64_t frames_dropped() const;

  struct Contents {
    std::vector<Report> reports;
    std::vector<Task> tasks;
    std::optional<PipelineStats> stats;
    std::map<uint64_t, Picture> pictures;
  };
  // `frames` gives its memory back for the next round.
  void take(WaitingFrames& frames, Contents& contents);
  // From here on nobody is woken.
  void close();

 private:
  void drop_oldest_frames();
  void wake_after(std::unique_lock<std::mutex>& lock);

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  WaitingFrames frames_;
  size_t first_frame_ = 0;  // those before were dropped and are compacted away later
  uint64_t dropped_ever_ = 0;
  Contents contents_;
  bool awake_ = false;
  bool is_holding_ = false;
  bool closed_ = false;
};

}  // namespace vedette

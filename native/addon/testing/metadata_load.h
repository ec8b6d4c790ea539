// Stands in for everything before the reader of a pipeline, for the bench of the metadata path: batches of many cameras
// with objects on their way, written as our elements write them and read by the pipeline's own code, in real time.
//
// add(), run() and spent() on the JavaScript thread; the batches on a thread of its own, which the destructor ends.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "../analysis.h"
#include "../errands.h"
#include "../slots.h"

namespace vedette {

struct LoadPlan {
  uint32_t cameras, fps, objects, batch_frames;
  const meta::Offsets* abi;
  bool has_parts;  // see object_parts.h
};

class MetadataLoad {
 public:
  MetadataLoad(const LoadPlan& plan, std::shared_ptr<Outbox> outbox);
  ~MetadataLoad();
  // Slot and generation of a source that is never connected.
  std::pair<uint32_t, uint32_t> add(SourceDescription description);
  void run(bool is_running);
  // CPU time in seconds: of its thread, and of the reading within.
  struct Spent {
    double total, reading;
  };
  Spent spent() const { return {static_cast<double>(total_ns_) / 1e9, static_cast<double>(reading_ns_) / 1e9}; }

 private:
  void work();
  void make_batch(uint64_t first_frame);

  const LoadPlan plan_;
  const std::shared_ptr<Outbox> outbox_;
  const std::shared_ptr<Errands> errands_ = std::make_shared<Errands>();
  Slots slots_;
  Analysis analysis_;
  uint32_t shuffle_ = 1;
  std::atomic<int64_t> total_ns_{0}, reading_ns_{0};

  std::mutex mutex_;  // the two below
  std::condition_variable changed_;
  bool is_running_ = false, is_over_ = false;
  std::thread thread_;
};

}  // namespace vedette

#include "stage_watch.h"

#include <algorithm>
#include <utility>

#include "../meta/reader.h"
#include "family.h"
#include "percentile.h"
#include "tally.h"

namespace vedette {
namespace {

constexpr size_t kMaxPassing = 64;  // more than any element keeps: what a flush has thrown away is forgotten
constexpr size_t kMaxLatencies = 1024;

bool is_labelled_by(const meta::Frame& frame, uint32_t id) {
  for (meta::Object object : frame.objects())
    for (meta::Classifier classifier : object.classifiers())
      if (classifier.component_id() == static_cast<int32_t>(id)) return true;
  return false;
}

}  // namespace

void StageWatch::start() {
  watch_pad<StageWatch, &StageWatch::enter>(element_.get(), "sink", shared_from_this());
  watch_pad<StageWatch, &StageWatch::leave>(element_.get(), "src", shared_from_this());
}

void StageWatch::enter(GstBuffer* buffer) {
  std::lock_guard lock(mutex_);
  passing_.push_back({buffer, monotonic_us()});
  if (passing_.size() > kMaxPassing) passing_.pop_front();
}

uint64_t StageWatch::frames_looked_at(GstBuffer* buffer) const {
  void* batch = meta::find_batch(buffer);
  const meta::Offsets* abi = batch == nullptr ? nullptr : meta::recognise_batch(batch);
  if (abi == nullptr) return 0;
  uint64_t frames = 0;
  meta::Batch reader(batch, *abi);
  for (meta::Frame frame : reader.frames())
    if (is_secondary_ ? is_labelled_by(frame, id_) : frame.inferred()) frames++;
  return frames;
}

void StageWatch::leave(GstBuffer* buffer) {
  uint64_t frames = frames_looked_at(buffer);
  int64_t now = monotonic_us();
  std::lock_guard lock(mutex_);
  auto at =
      std::find_if(passing_.begin(), passing_.end(), [buffer](const Passing& one) { return one.buffer == buffer; });
  int64_t since = at == passing_.end() ? now : at->since_us;
  // In order: what entered before and did not come out will not.
  if (at != passing_.end()) passing_.erase(passing_.begin(), at + 1);
  if (frames == 0) return;
  frames_ += frames;
  batches_++;
  if (latencies_us_.size() < kMaxLatencies) latencies_us_.push_back(static_cast<uint32_t>(now - since));
}

StageStats StageWatch::read() {
  StageStats stats;
  stats.id = id_;
  std::vector<uint32_t> latencies;
  {
    std::lock_guard lock(mutex_);
    stats.batches = batches_;
    stats.frames = frames_;
    latencies.swap(latencies_us_);
  }
  stats.latency_ms_p50 = percentile_ms(latencies, 0.5);
  stats.latency_ms_p99 = percentile_ms(latencies, 0.99);
  read_busy(stats);
  return stats;
}

void StageWatch::read_busy(StageStats& stats) {
  if (!has_property(element_.get(), "busy-us") || !has_property(element_.get(), "batches")) return;
  guint64 busy_us = 0, calls = 0;
  g_object_get(element_.get(), "busy-us", &busy_us, "batches", &calls, nullptr);
  uint64_t new_calls = calls - std::exchange(calls_, calls);
  uint64_t new_us = busy_us - std::exchange(busy_us_, busy_us);
  if (new_calls > 0) stats.infer_ms = static_cast<double>(new_us) / 1000.0 / static_cast<double>(new_calls);
}

}  // namespace vedette

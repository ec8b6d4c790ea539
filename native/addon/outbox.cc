#include "outbox.h"

#include <utility>

namespace vedette {

void Outbox::put_frames(const PackedFrames& batch) {
  if (batch.index.empty()) return;
  std::unique_lock lock(mutex_);
  if (closed_) return;
  auto offset = static_cast<uint32_t>(frames_.bytes.size());
  frames_.bytes.insert(frames_.bytes.end(), batch.bytes.begin(), batch.bytes.end());
  for (uint32_t end : batch.ends) frames_.ends.push_back(offset + end);
  frames_.index.insert(frames_.index.end(), batch.index.begin(), batch.index.end());
  drop_oldest_frames();
  if (!is_holding_) wake_after(lock);
}

bool Outbox::hold_frames() {
  std::lock_guard lock(mutex_);
  return !std::exchange(is_holding_, true);
}

bool Outbox::resume_frames() {
  std::lock_guard lock(mutex_);
  is_holding_ = false;
  return !frames_.index.empty();
}

void Outbox::drop_oldest_frames() {
  auto start_of = [this](size_t entry) { return entry == 0 ? 0 : frames_.ends[entry - 1]; };
  size_t count = frames_.index.size();
  while (count - first_frame_ > kMaxWaitingFrames ||
         (count - first_frame_ > 1 && frames_.bytes.size() - start_of(first_frame_) > kMaxWaitingBytes)) {
    first_frame_++;
    frames_.dropped++;
    dropped_ever_++;
  }
  // Moving the rest down once in as many drops as entries stay keeps the cost per frame constant.
  if (first_frame_ > 0 && first_frame_ * 2 >= count) {
    uint32_t offset = start_of(first_frame_);
    frames_.bytes.erase(frames_.bytes.begin(), frames_.bytes.begin() + offset);
    frames_.ends.erase(frames_.ends.begin(), frames_.ends.begin() + static_cast<ptrdiff_t>(first_frame_));
    frames_.index.erase(frames_.index.begin(), frames_.index.begin() + static_cast<ptrdiff_t>(first_frame_));
    for (uint32_t& end : frames_.ends) end -= offset;
    first_frame_ = 0;
  }
}

void Outbox::put(Report report) {
  std::unique_lock lock(mutex_);
  if (closed_) return;
  contents_.reports.push_back(std::move(report));
  wake_after(lock);
}

void Outbox::put(PipelineStats stats) {
  std::unique_lock lock(mutex_);
  if (closed_) return;
  contents_.stats = std::move(stats);
  wake_after(lock);
}

void Outbox::put_picture(uint64_t tap, Picture picture) {
  std::unique_lock lock(mutex_);
  if (closed_) return;
  contents_.pictures[tap] = std::move(picture);
  wake_after(lock);
}

void Outbox::put_task(Task task) {
  std::unique_lock lock(mutex_);
  if (closed_) return;
  contents_.tasks.push_back(std::move(task));
  wake_after(lock);
}

uint64_t Outbox::frames_dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_ever_;
}

void Outbox::wake_after(std::unique_lock<std::mutex>& lock) {
  bool was_awake = std::exchange(awake_, true);
  lock.unlock();
  if (!was_awake) wake_();
}

void Outbox::take(WaitingFrames& frames, Contents& contents) {
  frames.clear();
  frames.dropped = 0;
  std::lock_guard lock(mutex_);
  awake_ = false;
  std::swap(frames, frames_);
  contents = std::exchange(contents_, Contents{});
  if (first_frame_ > 0) {
    auto entries = static_cast<ptrdiff_t>(std::exchange(first_frame_, 0));
    uint32_t offset = frames.ends[static_cast<size_t>(entries) - 1];
    frames.bytes.erase(frames.bytes.begin(), frames.bytes.begin() + offset);
    frames.ends.erase(frames.ends.begin(), frames.ends.begin() + entries);
    frames.index.erase(frames.index.begin(), frames.index.begin() + entries);
    for (uint32_t& end : frames.ends) end -= offset;
  }
}

void Outbox::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

}  // namespace vedette

#include "shadow_watch.h"

#include <algorithm>

#include "../meta/writer.h"
#include "stage_watch.h"

namespace vedette {
namespace {

// Between the two stages lie two queues and a tracker; a camera that is gone leaves a few behind.
constexpr size_t kMaxFound = 64;
constexpr size_t kMaxMarks = 64;

std::vector<ComparedBox> boxes_of(const meta::Frame& frame, int32_t component) {
  std::vector<ComparedBox> boxes;
  for (meta::Object object : frame.objects()) {
    if (object.component_id() != component) continue;
    const meta::Box& rect = object.rect();
    boxes.push_back({object.class_id(), rect.left, rect.top, rect.width, rect.height});
  }
  return boxes;
}

template <typename Look>
void each_frame(GstBuffer* buffer, Look look) {
  void* batch = meta::find_batch(buffer);
  const meta::Offsets* abi = batch == nullptr ? nullptr : meta::recognise_batch(batch);
  if (abi == nullptr) return;
  meta::Batch reader(batch, *abi);
  for (meta::Frame frame : reader.frames()) look(frame);
}

}  // namespace

void ShadowWatch::start(GstElement* first, GstElement* shadow) {
  watch_pad<ShadowWatch, &ShadowWatch::leave_first>(first, "src", shared_from_this());
  watch_pad<ShadowWatch, &ShadowWatch::enter_shadow>(shadow, "sink", shared_from_this());
  watch_pad<ShadowWatch, &ShadowWatch::leave_shadow>(shadow, "src", shared_from_this());
}

void ShadowWatch::leave_first(GstBuffer* buffer) {
  std::lock_guard lock(mutex_);
  each_frame(buffer, [this](const meta::Frame& frame) {
    if (!frame.inferred()) return;
    std::deque<Found>& found = found_[frame.pad_index()];
    found.push_back({frame.pts_ns(), frame.ntp_ns(), boxes_of(frame, first_)});
    if (found.size() > kMaxFound) found.pop_front();
  });
}

void ShadowWatch::enter_shadow(GstBuffer* buffer) {
  std::lock_guard lock(mutex_);
  Marks marks{buffer, {}};
  each_frame(buffer, [&marks](const meta::Frame& frame) {
    marks.is_inferred.push_back(frame.inferred());
    meta::set_inferred(frame.raw(), false);
  });
  marks_.push_back(std::move(marks));
  if (marks_.size() > kMaxMarks) marks_.pop_front();
}

void ShadowWatch::leave_shadow(GstBuffer* buffer) {
  std::lock_guard lock(mutex_);
  auto at = std::find_if(marks_.begin(), marks_.end(), [buffer](const Marks& one) { return one.buffer == buffer; });
  if (at == marks_.end()) return;
  size_t number = 0;
  each_frame(buffer, [&](const meta::Frame& frame) {
    if (frame.inferred()) compare(frame);
    meta::set_inferred(frame.raw(), number < at->is_inferred.size() && at->is_inferred[number]);
    number++;
  });
  marks_.erase(marks_.begin(), at + 1);
}

void ShadowWatch::compare(const meta::Frame& frame) {
  std::deque<Found>& found = found_[frame.pad_index()];
  auto at = std::find_if(found.begin(), found.end(), [&frame](const Found& one) {
    return one.pts_ns == frame.pts_ns() && one.ntp_ns == frame.ntp_ns();
  });
  if (at == found.end()) return;
  comparison_.add(at->boxes, boxes_of(frame, shadow_));
  found.erase(found.begin(), at + 1);
}

}  // namespace vedette

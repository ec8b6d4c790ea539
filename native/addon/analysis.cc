#include "analysis.h"

#include <algorithm>

#include "frame_parts.h"

namespace vedette {
namespace {

PackedObject packed(const meta::Object& object, float per_width, float per_height) {
  const meta::Box& rect = object.rect();
  float left = std::clamp(rect.left * per_width, 0.0F, 1.0F);
  float top = std::clamp(rect.top * per_height, 0.0F, 1.0F);
  float right = std::clamp((rect.left + rect.width) * per_width, left, 1.0F);
  float bottom = std::clamp((rect.top + rect.height) * per_height, top, 1.0F);
  return {static_cast<uint32_t>(std::max(0, object.class_id())),
          packed_track_id(object.id()),
          std::clamp(object.confidence(), 0.0F, 1.0F),
          left,
          top,
          right - left,
          bottom - top,
          std::clamp(object.tracker_confidence(), 0.0F, 1.0F),
          object.rotation()};
}

void append_labels(wire::Bytes& parts, uint32_t at, const meta::Object& object) {
  for (const meta::Classifier classifier : object.classifiers()) {
    const auto stage = static_cast<uint32_t>(std::max(0, classifier.component_id()));
    for (const meta::Label label : classifier.labels()) {
      append_attribute(parts, {at, stage, label.text(), label.probability()});
    }
  }
}

// One side of the boxes' space: what the frame tells, else the mux's, else the picture's own.
float space_of(uint32_t told, uint32_t mux, uint32_t source) {
  return static_cast<float>(told > 0 ? told : mux > 0 ? mux : source);
}

}  // namespace

void Analysis::read(GstBuffer* buffer) {
  if (is_refused_) return;
  void* batch = meta::find_batch(buffer);
  if (batch == nullptr) return;
  if (abi_ == nullptr) {
    abi_ = meta::recognise_batch(batch);
    if (abi_ == nullptr) return refuse(meta::refusal_of(batch));
  }
  batches_++;
  packed_.clear();
  {
    meta::Batch reader(batch, *abi_);
    has_labels_ = reader.may_have_labels();
    has_user_ = reader.may_have_user();
    int64_t now_us = wall_us();
    for (meta::Frame frame : reader.frames()) {
      std::shared_ptr<Source> source = slots_.live(frame.pad_index());
      if (source == nullptr) continue;
      pack(frame, *source, now_us);
      seen_.push_back(std::move(source));
    }
  }
  outbox_.put_frames(packed_);
  for (const auto& source : seen_) source->settle_end();
  seen_.clear();
}

bool Analysis::is_unreported(const meta::Object& object) const {
  const std::vector<int32_t>& unreported = rules_.unreported;
  return !unreported.empty() &&
         std::find(unreported.begin(), unreported.end(), object.component_id()) != unreported.end();
}

void Analysis::refuse(const std::string& why) {
  is_refused_ = true;
  PipelineError error;
  error.fatal = true;
  error.code = "metadata";
  error.message = why;
  outbox_.put(std::move(error));
}

void Analysis::pack(const meta::Frame& frame, Source& source, int64_t now_us) {
  // Objects lie far apart, each in a cache line or three: all are asked for before the first is read.
  objects_.clear();
  for (meta::Object object : frame.objects()) {
    if (is_unreported(object)) continue;
    object.prefetch();
    objects_.push_back(object);
  }
  int64_t captured_us = static_cast<int64_t>(frame.ntp_ns() / 1000);
  auto latency_us = static_cast<uint32_t>(std::clamp<int64_t>(now_us - captured_us, 0, UINT32_MAX));
  packer_.begin({source.description().index, source.next_number(), captured_us, frame.pts_ns(), frame.source_width(),
                 frame.source_height(), latency_us, source.sender_clock().sent_us(frame.pts_ns())});
  float per_width = 1.0F / space_of(frame.pipeline_width(), rules_.width, frame.source_width());
  float per_height = 1.0F / space_of(frame.pipeline_height(), rules_.height, frame.source_height());
  for (const meta::Object& object : objects_) {
    append_parts(object, packer_.object_count());
    packer_.add(packed(object, per_width, per_height));
  }
  if (has_user_) {
    for (const meta::User user : frame.user()) {
      if (const auto* analytics = meta::frame_analytics(user, *abi_)) append_analytics(packer_.parts(), *analytics);
    }
  }
  packer_.finish(packed_.bytes);
  packed_.ends.push_back(static_cast<uint32_t>(packed_.bytes.size()));
  packed_.index.push_back({source.place().slot, source.place().generation, frame.pts_ns(), packer_.object_count()});
  source.tally().analysed(latency_us);
}

void Analysis::append_parts(const meta::Object& object, uint32_t at) {
  if (object.has_mask()) append_mask(packer_.parts(), at, object.mask());
  if (has_labels_) append_labels(packer_.parts(), at, object);
  if (!has_user_) return;
  for (const meta::User user : object.user()) {
    if (const auto* analytics = meta::object_analytics(user, *abi_)) append_analytics(packer_.parts(), at, *analytics);
  }
}

}  // namespace vedette

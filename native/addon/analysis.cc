#include "analysis.h"

#include <algorithm>

#include "../meta/reader.h"

namespace vedette {
namespace {

PackedObject packed(const meta::Object& object, float width, float height) {
  const meta::Box& rect = object.rect();
  float left = std::clamp(rect.left / width, 0.0F, 1.0F);
  float top = std::clamp(rect.top / height, 0.0F, 1.0F);
  float right = std::clamp((rect.left + rect.width) / width, left, 1.0F);
  float bottom = std::clamp((rect.top + rect.height) / height, top, 1.0F);
  return {static_cast<uint32_t>(std::max(0, object.class_id())),
          packed_track_id(object.id()),
          std::clamp(object.confidence(), 0.0F, 1.0F),
          left,
          top,
          right - left,
          bottom - top};
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
  meta::Batch reader(batch, *abi_);
  for (meta::Frame frame : reader.frames())
    if (std::shared_ptr<Source> source = slots_.live(frame.pad_index())) pack(frame, *source);
}

void Analysis::refuse(const std::string& why) {
  is_refused_ = true;
  PipelineError error;
  error.fatal = true;
  error.code = "metadata";
  error.message = why;
  outbox_.put(std::move(error));
}

void Analysis::pack(const meta::Frame& frame, Source& source) {
  int64_t captured_us = static_cast<int64_t>(frame.ntp_ns() / 1000);
  auto latency_us = static_cast<uint32_t>(std::clamp<int64_t>(wall_us() - captured_us, 0, UINT32_MAX));
  packer_.begin({source.description().index, source.next_number(), captured_us, frame.pts_ns(), frame.source_width(),
                 frame.source_height(), latency_us});
  auto width = static_cast<float>(frame.pipeline_width() > 0 ? frame.pipeline_width() : width_);
  auto height = static_cast<float>(frame.pipeline_height() > 0 ? frame.pipeline_height() : height_);
  for (meta::Object object : frame.objects()) packer_.add(packed(object, width, height));
  outbox_.put_frame({source.place().slot, source.place().generation, frame.pts_ns(), packer_.object_count()},
                    packer_.finish());
  source.tally().analysed(latency_us);
  source.settle_end();
}

}  // namespace vedette

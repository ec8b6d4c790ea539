#include "source_frames.h"

#include <new>

namespace vedette {
namespace {

struct FramesMeta {
  GstMeta meta;
  std::vector<SourceFrame> frames;
};

GType api() {
  static const GType type = [] {
    static const gchar* tags[] = {nullptr};
    return gst_meta_api_type_register("VdBatchMetaAPI", tags);
  }();
  return type;
}

gboolean init(GstMeta* meta, gpointer, GstBuffer*) {
  ::new (&reinterpret_cast<FramesMeta*>(meta)->frames) std::vector<SourceFrame>();
  return TRUE;
}

void clear(GstMeta* meta, GstBuffer*) {
  using Frames = std::vector<SourceFrame>;
  reinterpret_cast<FramesMeta*>(meta)->frames.~Frames();
}

gboolean transform(GstBuffer* to, GstMeta* meta, GstBuffer*, GQuark type, gpointer) {
  if (!GST_META_TRANSFORM_IS_COPY(type)) return FALSE;
  std::vector<SourceFrame> frames;
  for (const SourceFrame& one : reinterpret_cast<FramesMeta*>(meta)->frames) {
    frames.push_back({BufferPtr(gst_buffer_ref(one.buffer.get())), one.info});
  }
  attach_source_frames(to, std::move(frames));
  return TRUE;
}

const GstMetaInfo* meta_info() {
  static const GstMetaInfo* info = gst_meta_register(api(), "VdBatchMeta", sizeof(FramesMeta), init, clear, transform);
  return info;
}

}  // namespace

void attach_source_frames(GstBuffer* buffer, std::vector<SourceFrame> frames) {
  auto* meta = reinterpret_cast<FramesMeta*>(gst_buffer_add_meta(buffer, meta_info(), nullptr));
  meta->frames = std::move(frames);
}

const std::vector<SourceFrame>* source_frames(GstBuffer* buffer) {
  GstMeta* meta = gst_buffer_get_meta(buffer, api());
  return meta ? &reinterpret_cast<FramesMeta*>(meta)->frames : nullptr;
}

}  // namespace vedette

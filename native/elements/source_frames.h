// The pixels of a batch: a GstMeta that references the source buffers, unscaled and uncopied. Index = batch_id.
// Attached by vdstreammux, read by vdinfer; copying a buffer copies the references. Any thread that holds the buffer.
#pragma once

#include <gst/video/video.h>

#include <vector>

#include "gst_ptr.h"

namespace vedette {

// The caps feature of a buffer that carries a batch.
constexpr char kBatchFeature[] = "memory:VedetteBatch";
constexpr char kBatchCaps[] = "video/x-raw(memory:VedetteBatch)";

struct SourceFrame {
  BufferPtr buffer;
  GstVideoInfo info;
};

// Takes the frames.
void attach_source_frames(GstBuffer* buffer, std::vector<SourceFrame> frames);
// Null when the buffer did not come from vdstreammux.
const std::vector<SourceFrame>* source_frames(GstBuffer* buffer);

}  // namespace vedette

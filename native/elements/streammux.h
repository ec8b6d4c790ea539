// vdstreammux: many cameras in, one buffer per batch out.
//
// The buffer has no memory of its own: it references the source buffers as they are (source_frames.h) and carries
// NvDsBatchMeta about them. Width and height are only the coordinate space of that metadata.
//
// Threads: each camera's chain function runs on its upstream thread and puts frames into its pad's queue; the source
// pad's task makes the batches and pushes everything downstream, so events and buffers keep their order. Pads come and
// go on any thread and never wait for downstream.
#pragma once

#include <gst/gst.h>

#include <mutex>

namespace vedette {

// Sent downstream, serialized with the batches; field "pad-id" (guint). After the second one no metadata of that pad
// follows, so its index may be given to another camera.
constexpr char kPadAddedEvent[] = "vedette-pad-added";
constexpr char kPadDeletedEvent[] = "vedette-pad-deleted";
constexpr char kStreamEosEvent[] = "vedette-stream-eos";

GType streammux_get_type();
std::mutex& streammux_lock(GstObject* mux);

}  // namespace vedette

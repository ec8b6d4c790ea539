// What a camera's own thread does in vdstreammux: put its frames into its pad's queue.
#include <chrono>

#include "mux_state.h"
#include "source_frames.h"

namespace vedette {
namespace {

// A frame that waits and one that is being decoded: enough to keep a source busy without adding delay.
constexpr size_t kBlockingDepth = 2;

// Wall clock of capture: what the source knows, else now.
uint64_t wall_clock_ns(GstBuffer* buffer, bool attach_sys_ts) {
  if (!attach_sys_ts) {
    static GstCaps* unix_time = gst_caps_new_empty_simple("timestamp/x-unix");
    static GstCaps* ntp_time = gst_caps_new_empty_simple("timestamp/x-ntp");
    constexpr GstClockTime kNtpToUnix = G_GUINT64_CONSTANT(2208988800) * GST_SECOND;
    if (auto* stamp = gst_buffer_get_reference_timestamp_meta(buffer, unix_time)) return stamp->timestamp;
    auto* stamp = gst_buffer_get_reference_timestamp_meta(buffer, ntp_time);
    if (stamp && stamp->timestamp > kNtpToUnix) return stamp->timestamp - kNtpToUnix;
  }
  return static_cast<uint64_t>(g_get_real_time()) * 1000;
}

// Whether the element that pushes here is being stopped. It cannot say so itself: its thread is inside our chain
// function, and whoever stops it waits for that thread. So that a camera may be stopped before its pad is released.
bool upstream_stops(GstPad* pad) {
  PadPtr peer(gst_pad_get_peer(pad));
  while (peer && !GST_PAD_IS_FLUSHING(peer.get()) && GST_IS_GHOST_PAD(peer.get())) {
    peer.reset(gst_ghost_pad_get_target(GST_GHOST_PAD(peer.get())));
  }
  return !peer || GST_PAD_IS_FLUSHING(peer.get());
}

// Waits until the pad has room or must give up; the latter returns false.
bool wait_for_room(MuxState& mux, GstPad* gst_pad, Lock& lock) {
  MuxPadState& pad = vd_mux_pad(gst_pad)->state;
  constexpr auto kLook = std::chrono::milliseconds(20);
  for (;;) {
    if (!mux.running || pad.flushing || pad.removed) return false;
    if (pad.leaky || pad.waiting.size() < kBlockingDepth || mux.flow != GST_FLOW_OK) return true;
    if (pad.space.wait_for(lock, kLook) == std::cv_status::no_timeout) continue;
    lock.unlock();
    const bool stops = upstream_stops(gst_pad);
    lock.lock();
    if (stops) return false;
  }
}

}  // namespace

GstFlowReturn mux_chain(GstPad* gst_pad, GstObject* parent, GstBuffer* raw) {
  BufferPtr buffer(raw);
  MuxState& mux = mux_of(parent)->state;
  MuxPadState& pad = vd_mux_pad(gst_pad)->state;
  Lock lock(mux.mutex);
  if (!pad.has_caps) return GST_FLOW_NOT_NEGOTIATED;
  if (pad.eos) return GST_FLOW_EOS;
  pad.frames_in++;
  if (!pad.due(GST_BUFFER_PTS(raw))) {
    pad.skipped++;
    return GST_FLOW_OK;
  }
  pad.arrived(g_get_monotonic_time());
  WaitingFrame frame{std::move(buffer), pad.info, wall_clock_ns(raw, mux.attach_sys_ts), g_get_monotonic_time()};
  if (!wait_for_room(mux, gst_pad, lock)) return GST_FLOW_FLUSHING;
  if (mux.flow != GST_FLOW_OK) return mux.flow;
  std::deque<WaitingFrame> outdated;  // freed after the lock
  if (pad.leaky) {
    pad.dropped += pad.waiting.size();
    outdated.swap(pad.waiting);
  }
  pad.waiting.push_back(std::move(frame));
  mux.work.notify_one();
  lock.unlock();
  return GST_FLOW_OK;
}

static void caps_changed(MuxPadState& pad, GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  pad.has_caps = gst_video_info_from_caps(&pad.info, caps);
}

gboolean mux_sink_event(GstPad* gst_pad, GstObject* parent, GstEvent* raw) {
  const EventPtr event(raw);
  MuxState& mux = mux_of(parent)->state;
  MuxPadState& pad = vd_mux_pad(gst_pad)->state;
  const Lock lock(mux.mutex);
  switch (GST_EVENT_TYPE(raw)) {
    case GST_EVENT_CAPS:
      caps_changed(pad, raw);
      return pad.has_caps;
    case GST_EVENT_STREAM_START:
      pad.eos = pad.eos_told = false;
      break;
    case GST_EVENT_EOS:
      pad.eos = true;
      mux.work.notify_one();
      break;
    case GST_EVENT_FLUSH_START:
      pad.flushing = true;
      pad.waiting.clear();
      pad.space.notify_all();
      break;
    case GST_EVENT_FLUSH_STOP:
      pad.flushing = false;
      pad.restart();
      break;
    default:  // segments, tags and gaps of one camera mean nothing to the batch
      break;
  }
  return TRUE;
}

gboolean mux_sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  if (GST_QUERY_TYPE(query) == GST_QUERY_ALLOCATION) {
    gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, nullptr);
    return TRUE;
  }
  if (GST_QUERY_TYPE(query) == GST_QUERY_CAPS) {
    GstCaps* filter = nullptr;
    gst_query_parse_caps(query, &filter);
    const CapsPtr own(gst_pad_get_pad_template_caps(pad));
    const CapsPtr answer(filter ? gst_caps_intersect_full(filter, own.get(), GST_CAPS_INTERSECT_FIRST)
                                : gst_caps_ref(own.get()));
    gst_query_set_caps_result(query, answer.get());
    return TRUE;
  }
  return gst_pad_query_default(pad, parent, query);
}

}  // namespace vedette

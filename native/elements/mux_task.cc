// What vdstreammux's own task does: make batches and push them, and the events between them, downstream.
#include <algorithm>
#include <chrono>

#include "mux_batch.h"
#include "mux_state.h"
#include "source_frames.h"
#include "streammux.h"

namespace vedette {

void tell(MuxState& state, const char* name, guint pad) {
  GstStructure* what = gst_structure_new(name, "pad-id", G_TYPE_UINT, pad, nullptr);
  state.control.emplace_back(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, what));
  state.work.notify_one();
}

namespace {

void open_stream(VdStreammux* self) {
  // Not GStreamer's own: that is made from the upstream one, and here are many.
  const TextPtr id(g_strdup_printf("vedette-%08x%08x", g_random_int(), g_random_int()));
  gst_pad_push_event(self->src, gst_event_new_stream_start(id.get()));
  const CapsPtr caps(gst_caps_from_string(kBatchCaps));
  if (self->state.width > 0 && self->state.height > 0) {
    gst_caps_set_simple(caps.get(), "width", G_TYPE_INT, self->state.width, "height", G_TYPE_INT, self->state.height,
                        nullptr);
  }
  gst_pad_push_event(self->src, gst_event_new_caps(caps.get()));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_pad_push_event(self->src, gst_event_new_segment(&segment));
}

BufferPtr make_batch(VdStreammux* self, std::vector<TakenFrame> taken) {
  MuxState& mux = self->state;
  BufferPtr buffer(gst_buffer_new());
  void* batch = meta::attach_batch(buffer.get(), *mux.abi, taken.size(), mux.batch_size);
  std::vector<SourceFrame> frames;
  frames.reserve(taken.size());
  for (TakenFrame& one : taken) {
    const GstVideoInfo& info = one.frame.info;
    const auto width = static_cast<uint32_t>(info.width);
    const auto height = static_cast<uint32_t>(info.height);
    const bool own_space = mux.width > 0 && mux.height > 0;
    const GstClockTime pts = GST_BUFFER_PTS(one.frame.buffer.get());
    if (GST_CLOCK_TIME_IS_VALID(pts) && pts > mux.last_pts) mux.last_pts = pts;
    meta::add_frame(
        batch, {one.pad->state.index, static_cast<uint32_t>(frames.size()), one.number, pts, one.frame.ntp_ns, width,
                height, own_space ? mux.width : width, own_space ? mux.height : height});
    frames.push_back({std::move(one.frame.buffer), info});
  }
  attach_source_frames(buffer.get(), std::move(frames));
  GST_BUFFER_PTS(buffer.get()) = mux.last_pts;
  return buffer;
}

// EOS of single pads, and of the whole once the last one has ended.
void tell_ends(MuxState& mux) {
  bool all = !mux.pads.empty();
  for (VdMuxPad* pad : mux.pads) {
    MuxPadState& state = pad->state;
    const bool ended = state.eos && state.waiting.empty();
    if (ended && !state.eos_told) tell(mux, kStreamEosEvent, state.index);
    state.eos_told = state.eos_told || ended;
    all = all && ended;
  }
  if (!all) mux.eos_sent = false;
  if (all && !mux.eos_sent && !mux.drop_eos) {
    mux.eos_sent = true;
    mux.control.emplace_back(gst_event_new_eos());
  }
}

// Sleeps until there is something to push.
void wait_for_work(MuxState& mux, Lock& lock, int64_t until_us) {
  if (until_us < 0) return mux.work.wait(lock);
  mux.work.wait_for(lock, std::chrono::microseconds(std::max<int64_t>(until_us - g_get_monotonic_time(), 0)));
}

void push(VdStreammux* self, BufferPtr buffer) {
  const GstFlowReturn flow = gst_pad_push(self->src, buffer.release());
  if (flow == GST_FLOW_OK) return;
  {
    const Lock lock(self->state.mutex);
    self->state.flow = flow;
    for (VdMuxPad* pad : self->state.pads) pad->state.space.notify_all();
  }
  gst_pad_pause_task(self->src);
  if (flow == GST_FLOW_NOT_LINKED || flow < GST_FLOW_EOS) GST_ELEMENT_FLOW_ERROR(self, flow);
}

void loop(gpointer object) {
  VdStreammux* self = mux_of(object);
  MuxState& mux = self->state;
  if (!mux.opened) {
    mux.opened = true;
    open_stream(self);
  }
  Lock lock(mux.mutex);
  while (mux.running) {
    tell_ends(mux);
    if (!mux.control.empty()) {
      std::deque<EventPtr> control;
      control.swap(mux.control);
      lock.unlock();
      for (EventPtr& event : control) gst_pad_push_event(self->src, event.release());
      return;
    }
    const BatchDecision decision = decide(mux.pads, {mux.batch_size, mux.timeout_us}, g_get_monotonic_time());
    if (decision.complete) {
      std::vector<TakenFrame> taken = take(mux.pads, mux.batch_size, mux.first++);
      // The pads stay alive: releasing one takes this lock, and only its index is read here.
      BufferPtr batch = make_batch(self, std::move(taken));
      lock.unlock();
      return push(self, std::move(batch));
    }
    wait_for_work(mux, lock, decision.wait_until_us);
  }
  lock.unlock();
  gst_pad_pause_task(self->src);
}

}  // namespace

gboolean mux_activate(GstPad* src, GstObject* parent, GstPadMode, gboolean active) {
  MuxState& mux = mux_of(parent)->state;
  if (active) {
    {
      const Lock lock(mux.mutex);
      mux.running = true;
      mux.opened = mux.eos_sent = false;
      mux.flow = GST_FLOW_OK;
      mux.last_pts = 0;
      mux.control.clear();
      for (VdMuxPad* pad : mux.pads) tell(mux, kPadAddedEvent, pad->state.index);
    }
    return gst_pad_start_task(src, loop, parent, nullptr);
  }
  {
    const Lock lock(mux.mutex);
    mux.running = false;
    mux.work.notify_all();
    for (VdMuxPad* pad : mux.pads) pad->state.space.notify_all();
  }
  return gst_pad_stop_task(src);
}

}  // namespace vedette

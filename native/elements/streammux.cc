#include "streammux.h"

#include <cstdio>
#include <new>

#include "meta/writer.h"
#include "mux_batch.h"
#include "source_frames.h"

GST_DEBUG_CATEGORY_STATIC(vd_streammux_debug);
#define GST_CAT_DEFAULT vd_streammux_debug

namespace vedette {
namespace {

// A frame that waits and one that is being decoded: enough to keep a source busy without adding delay.
constexpr size_t kBlockingDepth = 2;

struct MuxState {
  std::mutex mutex;
  std::condition_variable work;
  std::vector<VdMuxPad*> pads;   // owned by the element
  std::deque<EventPtr> control;  // goes out before the next batch
  size_t first = 0;              // pad that the next batch begins with
  bool running = false, eos_sent = false;
  bool opened = false;               // stream-start, caps and segment went out; used by the task only
  GstFlowReturn flow = GST_FLOW_OK;  // what downstream said last
  GstClockTime last_pts = 0;
  guint batch_size = 1;
  gint timeout_us = 33000;
  gint width = 0, height = 0;
  bool live = false, drop_eos = false, attach_sys_ts = false;
  const meta::Offsets* abi = &meta::offsets_of(meta::AbiClass::kD);
};

struct VdStreammux {
  GstElement parent;
  GstPad* src;
  MuxState state;
};
struct VdStreammuxClass {
  GstElementClass parent;
};
G_DEFINE_TYPE(VdStreammux, vd_streammux, GST_TYPE_ELEMENT)

using Lock = std::unique_lock<std::mutex>;

VdStreammux* mux_of(gpointer object) { return reinterpret_cast<VdStreammux*>(object); }

GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));
GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS("video/x-raw, format=(string){ I420, NV12, RGB, BGR, RGBA, BGRA, RGBx, BGRx, GRAY8 }"));

void tell(MuxState& state, const char* name, guint pad) {
  GstStructure* what = gst_structure_new(name, "pad-id", G_TYPE_UINT, pad, nullptr);
  state.control.emplace_back(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, what));
  state.work.notify_one();
}

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

GstFlowReturn chain(GstPad* gst_pad, GstObject* parent, GstBuffer* raw) {
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

void caps_changed(MuxPadState& pad, GstEvent* event) {
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  pad.has_caps = gst_video_info_from_caps(&pad.info, caps);
}

gboolean sink_event(GstPad* gst_pad, GstObject* parent, GstEvent* raw) {
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

gboolean sink_query(GstPad* pad, GstObject* parent, GstQuery* query) {
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

gboolean src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
  MuxState& mux = mux_of(parent)->state;
  if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY) return gst_pad_query_default(pad, parent, query);
  if (!gst_pad_query_default(pad, parent, query)) return FALSE;
  gboolean live = FALSE;
  GstClockTime min = 0;
  GstClockTime max = 0;
  gst_query_parse_latency(query, &live, &min, &max);
  const Lock lock(mux.mutex);
  const GstClockTime own = mux.timeout_us > 0 ? mux.timeout_us * GST_USECOND : 0;
  gst_query_set_latency(query, live || mux.live, min + own, GST_CLOCK_TIME_IS_VALID(max) ? max + own : max);
  return TRUE;
}

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

gboolean activate(GstPad* src, GstObject* parent, GstPadMode, gboolean active) {
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

GstStateChangeReturn change_state(GstElement* element, GstStateChange change) {
  MuxState& mux = mux_of(element)->state;
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY) {
    // Wakes the chain functions, or taking their pads' stream locks would wait for ever.
    const Lock lock(mux.mutex);
    mux.running = false;
    for (VdMuxPad* pad : mux.pads) pad->state.space.notify_all();
    mux.work.notify_all();
  }
  const GstStateChangeReturn result = GST_ELEMENT_CLASS(vd_streammux_parent_class)->change_state(element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY) {
    const Lock lock(mux.mutex);
    for (VdMuxPad* pad : mux.pads) pad->state.restart();
  }
  return result;
}

GstPad* request_pad(GstElement* element, GstPadTemplate* templ, const gchar* name, const GstCaps*) {
  MuxState& mux = mux_of(element)->state;
  guint index = 0;
  {
    const Lock lock(mux.mutex);
    const auto taken = [&](guint one) {
      for (VdMuxPad* pad : mux.pads) {
        if (pad->state.index == one) return true;
      }
      return false;
    };
    if (name && std::sscanf(name, "sink_%u", &index) == 1) {
      if (taken(index)) {
        GST_ERROR_OBJECT(element, "pad sink_%u is already there: ask for another number", index);
        return nullptr;
      }
    } else {
      while (taken(index)) index++;
    }
  }
  const TextPtr own_name(g_strdup_printf("sink_%u", index));
  auto* pad = GST_PAD(g_object_new(vd_mux_pad_get_type(), "name", own_name.get(), "direction", GST_PAD_SINK, "template",
                                   templ, nullptr));
  vd_mux_pad(pad)->state.index = index;
  gst_pad_set_chain_function(pad, chain);
  gst_pad_set_event_function(pad, sink_event);
  gst_pad_set_query_function(pad, sink_query);
  {
    const Lock lock(mux.mutex);
    mux.pads.push_back(vd_mux_pad(pad));
    if (mux.running) tell(mux, kPadAddedEvent, index);
  }
  gst_pad_set_active(pad, TRUE);
  gst_element_add_pad(element, pad);
  return pad;
}

void release_pad(GstElement* element, GstPad* pad) {
  MuxState& mux = mux_of(element)->state;
  std::deque<WaitingFrame> waiting;
  {
    const Lock lock(mux.mutex);
    MuxPadState& state = vd_mux_pad(pad)->state;
    state.removed = true;
    waiting.swap(state.waiting);
    state.space.notify_all();
    for (size_t i = 0; i < mux.pads.size(); i++) {
      if (mux.pads[i] == vd_mux_pad(pad)) mux.pads.erase(mux.pads.begin() + i--);
    }
    if (mux.running) tell(mux, kPadDeletedEvent, state.index);
  }
  gst_pad_set_active(pad, FALSE);
  gst_element_remove_pad(element, pad);
}

enum { kBatchSize = 1, kTimeout, kLive, kWidth, kHeight, kDropEos, kAttachSysTs };

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  MuxState& mux = mux_of(object)->state;
  const Lock lock(mux.mutex);
  switch (id) {
    case kBatchSize:
      mux.batch_size = g_value_get_uint(value);
      break;
    case kTimeout:
      mux.timeout_us = g_value_get_int(value);
      break;
    case kLive:
      mux.live = g_value_get_boolean(value);
      break;
    case kWidth:
      mux.width = g_value_get_uint(value);
      break;
    case kHeight:
      mux.height = g_value_get_uint(value);
      break;
    case kDropEos:
      mux.drop_eos = g_value_get_boolean(value);
      break;
    case kAttachSysTs:
      mux.attach_sys_ts = g_value_get_boolean(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  mux.work.notify_one();
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  MuxState& mux = mux_of(object)->state;
  const Lock lock(mux.mutex);
  switch (id) {
    case kBatchSize:
      return g_value_set_uint(value, mux.batch_size);
    case kTimeout:
      return g_value_set_int(value, mux.timeout_us);
    case kLive:
      return g_value_set_boolean(value, mux.live);
    case kWidth:
      return g_value_set_uint(value, mux.width);
    case kHeight:
      return g_value_set_uint(value, mux.height);
    case kDropEos:
      return g_value_set_boolean(value, mux.drop_eos);
    case kAttachSysTs:
      return g_value_set_boolean(value, mux.attach_sys_ts);
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void finalize(GObject* object) {
  mux_of(object)->state.~MuxState();
  G_OBJECT_CLASS(vd_streammux_parent_class)->finalize(object);
}

void install_properties(GObjectClass* type) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  const auto add = [&](guint id, GParamSpec* spec) { g_object_class_install_property(type, id, spec); };
  add(kBatchSize, g_param_spec_uint("batch-size", "batch-size", "Frames in a batch at most", 1, 1024, 1, flags));
  add(kTimeout, g_param_spec_int("batched-push-timeout", "batched-push-timeout",
                                 "Microseconds after which a partial batch leaves; -1 waits for every camera", -1,
                                 G_MAXINT, 33000, flags));
  add(kLive, g_param_spec_boolean("live-source", "live-source", "The sources are live", FALSE, flags));
  add(kWidth, g_param_spec_uint("width", "width", "Width of the metadata's coordinates; 0 = each source's own", 0,
                                32768, 0, flags));
  add(kHeight, g_param_spec_uint("height", "height", "Height of the metadata's coordinates; 0 = each source's own", 0,
                                 32768, 0, flags));
  add(kDropEos, g_param_spec_boolean("drop-pipeline-eos", "drop-pipeline-eos",
                                     "Do not end the pipeline when the last source has ended", FALSE, flags));
  add(kAttachSysTs, g_param_spec_boolean("attach-sys-ts", "attach-sys-ts",
                                         "ntp_timestamp is the time of arrival; else the sender's, where the buffer "
                                         "carries it",
                                         FALSE, flags));
}

void vd_streammux_class_init(VdStreammuxClass* mux_class) {
  GST_DEBUG_CATEGORY_INIT(vd_streammux_debug, "vdstreammux", 0, "Vedette batches");
  auto* type = G_OBJECT_CLASS(mux_class);
  type->set_property = set_property;
  type->get_property = get_property;
  type->finalize = finalize;
  install_properties(type);
  auto* element = GST_ELEMENT_CLASS(mux_class);
  element->change_state = change_state;
  element->request_new_pad = request_pad;
  element->release_pad = release_pad;
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_add_pad_template(
      element,
      gst_pad_template_new_with_gtype("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
                                      gst_static_pad_template_get_caps(&sink_template), vd_mux_pad_get_type()));
  gst_element_class_set_static_metadata(element, "Vedette stream multiplexer", "Generic/Video",
                                        "Batches frames of many cameras without copying them", "Vedette");
}

void vd_streammux_init(VdStreammux* self) {
  ::new (&self->state) MuxState();
  const gchar* abi = g_getenv("VEDETTE_ABI_CLASS");
  if (abi) {
    const meta::Offsets* table = meta::offsets_by_name(abi);
    if (table) {
      self->state.abi = table;
    } else {
      GST_ERROR_OBJECT(self, "VEDETTE_ABI_CLASS is \"%s\", expected A0, A, B, C or D: D is used", abi);
    }
  }
  self->src = gst_pad_new_from_static_template(&src_template, "src");
  gst_pad_set_activatemode_function(self->src, activate);
  gst_pad_set_query_function(self->src, src_query);
  gst_element_add_pad(GST_ELEMENT(self), self->src);
}

}  // namespace

GType streammux_get_type() { return vd_streammux_get_type(); }

std::mutex& streammux_lock(GstObject* mux) { return mux_of(mux)->state.mutex; }

}  // namespace vedette

#include "mux_pad.h"

#include <new>

#include "streammux.h"

namespace vedette {

bool MuxPadState::due(GstClockTime pts) {
  if (max_fps <= 0 || !GST_CLOCK_TIME_IS_VALID(pts)) return true;
  constexpr GstClockTime kTolerance = GST_MSECOND;
  const auto interval = static_cast<GstClockTime>(GST_SECOND / max_fps);
  const bool went_back = GST_CLOCK_TIME_IS_VALID(last_pts) && pts < last_pts;
  last_pts = pts;
  if (GST_CLOCK_TIME_IS_VALID(next_due) && !went_back) {
    if (pts + kTolerance < next_due) return false;
    // Counted from when it was due, so that 25 frames a second thinned to 10 are 10 on average.
    next_due = pts > next_due + interval ? pts + interval : next_due + interval;
  } else {
    next_due = pts + interval;
  }
  return true;
}

void MuxPadState::arrived(int64_t now_us) {
  if (last_arrival_us > 0) {
    constexpr double kMemory = 0.8;
    const auto gap = static_cast<double>(now_us - last_arrival_us);
    interval_us = interval_us > 0 ? kMemory * interval_us + (1 - kMemory) * gap : gap;
  }
  last_arrival_us = now_us;
}

void MuxPadState::restart() {
  waiting.clear();
  eos = eos_told = false;
  next_due = last_pts = GST_CLOCK_TIME_NONE;
  last_arrival_us = 0;
  interval_us = 0;
}

int64_t MuxPadState::expected_us() const {
  constexpr double kPatience = 1.25;
  return last_arrival_us + static_cast<int64_t>(kPatience * interval_us);
}

struct VdMuxPadClass {
  GstPadClass parent;
};
G_DEFINE_TYPE(VdMuxPad, vd_mux_pad, GST_TYPE_PAD)

namespace {

enum { kLeaky = 1, kMaxFps, kFramesIn, kFramesOut, kDropped, kSkipped };

std::mutex& lock_of(VdMuxPad* pad, ObjectPtr& mux) {
  // Before it is added to a mux, and after it was removed, a pad is its caller's alone.
  static std::mutex orphans;
  mux.reset(gst_object_get_parent(GST_OBJECT(pad)));
  return mux ? streammux_lock(mux.get()) : orphans;
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec*) {
  ObjectPtr mux;
  const std::lock_guard<std::mutex> lock(lock_of(vd_mux_pad(object), mux));
  MuxPadState& state = vd_mux_pad(object)->state;
  if (id == kLeaky) {
    state.leaky = g_value_get_boolean(value);
    state.space.notify_all();
  }
  if (id == kMaxFps) state.max_fps = g_value_get_double(value);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec*) {
  ObjectPtr mux;
  const std::lock_guard<std::mutex> lock(lock_of(vd_mux_pad(object), mux));
  const MuxPadState& state = vd_mux_pad(object)->state;
  switch (id) {
    case kLeaky:
      return g_value_set_boolean(value, state.leaky);
    case kMaxFps:
      return g_value_set_double(value, state.max_fps);
    case kFramesIn:
      return g_value_set_uint64(value, state.frames_in);
    case kFramesOut:
      return g_value_set_uint64(value, state.frames_out);
    case kDropped:
      return g_value_set_uint64(value, state.dropped);
    default:
      return g_value_set_uint64(value, state.skipped);
  }
}

void finalize(GObject* object) {
  vd_mux_pad(object)->state.~MuxPadState();
  G_OBJECT_CLASS(vd_mux_pad_parent_class)->finalize(object);
}

void counter(GObjectClass* type, guint id, const char* name, const char* what) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(type, id, g_param_spec_uint64(name, name, what, 0, G_MAXUINT64, 0, flags));
}

}  // namespace

static void vd_mux_pad_class_init(VdMuxPadClass* pad_class) {
  auto* type = G_OBJECT_CLASS(pad_class);
  type->set_property = set_property;
  type->get_property = get_property;
  type->finalize = finalize;
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property(
      type, kLeaky,
      g_param_spec_boolean("leaky", "leaky", "Keep only the newest waiting frame instead of blocking upstream", FALSE,
                           flags));
  g_object_class_install_property(
      type, kMaxFps,
      g_param_spec_double("max-fps", "max-fps", "Frames a second that go into batches at most; 0 = all", 0, 1000, 0,
                          flags));
  counter(type, kFramesIn, "frames-in", "Frames that arrived");
  counter(type, kFramesOut, "frames-out", "Frames that left in a batch");
  counter(type, kDropped, "dropped", "Frames thrown away because newer ones came before a batch could take them");
  counter(type, kSkipped, "skipped", "Frames left out because of max-fps");
}

static void vd_mux_pad_init(VdMuxPad* pad) { ::new (&pad->state) MuxPadState(); }

}  // namespace vedette

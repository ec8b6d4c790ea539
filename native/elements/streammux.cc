#include "streammux.h"

#include <cstdio>
#include <new>

#include "mux_state.h"

GST_DEBUG_CATEGORY_STATIC(vd_streammux_debug);
#define GST_CAT_DEFAULT vd_streammux_debug

namespace vedette {
namespace {

G_DEFINE_TYPE(VdStreammux, vd_streammux, GST_TYPE_ELEMENT)

GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));
GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS("video/x-raw, format=(string){ I420, NV12, RGB, BGR, RGBA, BGRA, RGBx, BGRx, GRAY8 }"));

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
  gst_pad_set_chain_function(pad, mux_chain);
  gst_pad_set_event_function(pad, mux_sink_event);
  gst_pad_set_query_function(pad, mux_sink_query);
  {
    const Lock lock(mux.mutex);
    mux.pads.push_back(vd_mux_pad(pad));
    if (mux.running) tell(mux, kPadAddedEvent, index);
  }
  gst_pad_set_active(pad, TRUE);
  gst_element_add_pad(element, pad);
  return pad;
}

// Test switch: the pad that is named hangs in its release, as nvstreammux's have done.
void hang_if_told(GstPad* pad) {
  const gchar* told = g_getenv("VEDETTE_MUX_HANGS_AT");
  if (told == nullptr) return;
  const TextPtr name(gst_pad_get_name(pad));
  if (g_strcmp0(told, name.get()) == 0) g_usleep(G_MAXULONG);
}

void release_pad(GstElement* element, GstPad* pad) {
  hang_if_told(pad);
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

// "560/240", the sizes of objects and frames of a class that no release has: D with room behind it. The reader has to
// refuse it, which a test could not see otherwise.
bool make_up(meta::Offsets& table, const char* sizes) {
  unsigned object = 0, frame = 0;
  if (std::sscanf(sizes, "%u/%u", &object, &frame) != 2) return false;
  table = meta::offsets_of(meta::AbiClass::kD);
  if (object < table.size.object || object > UINT16_MAX || frame < table.size.frame || frame > UINT16_MAX) return false;
  table.name = "made up";
  table.size.object = static_cast<uint16_t>(object);
  table.size.frame = static_cast<uint16_t>(frame);
  return true;
}

void vd_streammux_init(VdStreammux* self) {
  ::new (&self->state) MuxState();
  const gchar* abi = g_getenv("VEDETTE_ABI_CLASS");
  if (abi) {
    const meta::Offsets* table = meta::offsets_by_name(abi);
    if (table) {
      self->state.abi = table;
    } else if (make_up(self->state.made_up, abi)) {
      self->state.abi = &self->state.made_up;
    } else {
      GST_ERROR_OBJECT(self, "VEDETTE_ABI_CLASS is \"%s\", expected A0, A, B, C or D: D is used", abi);
    }
  }
  self->src = gst_pad_new_from_static_template(&src_template, "src");
  gst_pad_set_activatemode_function(self->src, mux_activate);
  gst_pad_set_query_function(self->src, src_query);
  gst_element_add_pad(GST_ELEMENT(self), self->src);
}

}  // namespace

GType streammux_get_type() { return vd_streammux_get_type(); }

std::mutex& streammux_lock(GstObject* mux) { return mux_of(mux)->state.mutex; }

}  // namespace vedette

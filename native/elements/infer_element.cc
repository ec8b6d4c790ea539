#include "infer_element.h"

#include <gst/base/gstbasetransform.h>

#include <atomic>
#include <new>
#include <optional>

#include "detector.h"
#include "meta/writer.h"
#include "streammux.h"
#include "visible_box.h"

GST_DEBUG_CATEGORY_STATIC(vd_infer_debug);
#define GST_CAT_DEFAULT vd_infer_debug

namespace vedette {
namespace {

struct InferState {
  // Set by the application, guarded by the object lock.
  std::string config_file, onnxruntime;
  std::optional<guint> unique_id, batch_size, interval;
  guint threads = 1;
  // The streaming thread's.
  std::unique_ptr<Detector> detector;
  std::map<uint32_t, uint64_t> frames_of_pad;
  std::atomic<guint> current_interval{0};
  std::atomic<guint64> batches{0}, frames{0}, busy_us{0};
};

struct VdInfer {
  GstBaseTransform parent;
  InferState state;
};
struct VdInferClass {
  GstBaseTransformClass parent;
};
G_DEFINE_TYPE(VdInfer, vd_infer, GST_TYPE_BASE_TRANSFORM)

VdInfer* infer_of(gpointer object) { return reinterpret_cast<VdInfer*>(object); }

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));

unsigned default_object_size() {
  const gchar* abi = g_getenv("VEDETTE_ABI_CLASS");
  const meta::Offsets* table = abi ? meta::offsets_by_name(abi) : nullptr;
  return (table ? *table : meta::offsets_of(meta::AbiClass::kD)).detection_info_size;
}

DetectorOptions options_of(VdInfer* self) {
  InferState& state = self->state;
  if (state.config_file.empty())
    throw ConfigError("config-file-path is not set: expected the path of an nvinfer INI file");
  InferConfig config = read_infer_config(state.config_file);
  for (const std::string& key : config.unknown_keys) {
    GST_ELEMENT_WARNING(self, LIBRARY, SETTINGS,
                        ("%s: the key \"%s\" is unknown and has no effect", config.path.c_str(), key.c_str()),
                        (nullptr));
  }
  if (state.unique_id) config.unique_id = *state.unique_id;
  if (state.batch_size) config.batch_size = *state.batch_size;
  if (state.interval) config.interval = *state.interval;
  return {std::move(config), state.onnxruntime, static_cast<int>(state.threads), default_object_size()};
}

gboolean start(GstBaseTransform* base) {
  VdInfer* self = infer_of(base);
  InferState& state = self->state;
  try {
    state.detector = std::make_unique<Detector>(options_of(self));
  } catch (const std::exception& error) {
    GST_ELEMENT_ERROR(self, LIBRARY, SETTINGS, ("%s", error.what()), (nullptr));
    return FALSE;
  }
  state.current_interval = state.detector->config().interval;
  state.frames_of_pad.clear();
  GST_INFO_OBJECT(self, "%s on ONNX Runtime %s", state.detector->config().onnx_file.c_str(),
                  state.detector->runtime_version().c_str());
  return TRUE;
}

gboolean stop(GstBaseTransform* base) {
  infer_of(base)->state.detector.reset();
  return TRUE;
}

void write(const Detector& detector, void* frame, const Found& found) {
  const meta::Frame view(frame, meta::abi_of(frame));
  const FrameSpace space = space_of(view);
  const float x = space.width / static_cast<float>(view.source_width());
  const float y = space.height / static_cast<float>(view.source_height());
  // Prepending turns the order round: the best one ends up first.
  for (auto one = found.rbegin(); one != found.rend(); ++one) {
    const meta::Box box{one->left * x, one->top * y, one->width * x, one->height * y};
    const meta::Box visible = visible_box(box, space);
    if (visible.width <= 0 || visible.height <= 0) continue;
    meta::add_object(frame, {static_cast<int32_t>(detector.config().unique_id), static_cast<int32_t>(one->class_id),
                             one->confidence, visible, box, detector.label(one->class_id)});
  }
  meta::set_inferred(frame, true);
}

GstFlowReturn transform_ip(GstBaseTransform* base, GstBuffer* buffer) {
  VdInfer* self = infer_of(base);
  InferState& state = self->state;
  const std::vector<SourceFrame>* sources = source_frames(buffer);
  void* batch = meta::find_batch(buffer);
  const meta::Offsets* abi = batch ? meta::recognise_batch(batch) : nullptr;
  if (!sources || !abi) {
    GST_ELEMENT_ERROR(self, STREAM, WRONG_TYPE,
                      ("a buffer without source frames arrived, expected one of vdstreammux: link that before vdinfer"),
                      (nullptr));
    return GST_FLOW_ERROR;
  }
  std::vector<void*> frames;
  std::vector<const SourceFrame*> pictures;
  {
    const meta::Batch reader(batch, *abi);
    for (const meta::Frame frame : reader.frames()) {
      const uint64_t number = state.frames_of_pad[frame.pad_index()]++;
      if (number % (state.current_interval + 1) != 0 || frame.batch_id() >= sources->size()) continue;
      frames.push_back(frame.raw());
      pictures.push_back(&(*sources)[frame.batch_id()]);
    }
  }
  if (frames.empty()) return GST_FLOW_OK;
  const gint64 before = g_get_monotonic_time();
  try {
    const std::vector<Found> found = state.detector->detect(pictures);
    for (size_t i = 0; i < frames.size(); i++) write(*state.detector, frames[i], found[i]);
  } catch (const std::exception& error) {
    GST_ELEMENT_ERROR(self, LIBRARY, FAILED, ("%s", error.what()), (nullptr));
    return GST_FLOW_ERROR;
  }
  state.busy_us += static_cast<guint64>(g_get_monotonic_time() - before);
  state.batches++;
  state.frames += frames.size();
  return GST_FLOW_OK;
}

gboolean sink_event(GstBaseTransform* base, GstEvent* event) {
  const GstStructure* what = gst_event_get_structure(event);
  guint pad = 0;
  if (what && gst_structure_has_name(what, kPadDeletedEvent) && gst_structure_get_uint(what, "pad-id", &pad)) {
    infer_of(base)->state.frames_of_pad.erase(pad);
  }
  return GST_BASE_TRANSFORM_CLASS(vd_infer_parent_class)->sink_event(base, event);
}

enum { kConfigFile = 1, kUniqueId, kInterval, kBatchSize, kThreads, kRuntime, kBatches, kFrames, kBusy };

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  InferState& state = infer_of(object)->state;
  GST_OBJECT_LOCK(object);
  const auto text = [&] { return std::string(g_value_get_string(value) ? g_value_get_string(value) : ""); };
  switch (id) {
    case kConfigFile:
      state.config_file = text();
      break;
    case kUniqueId:
      state.unique_id = g_value_get_uint(value);
      break;
    case kInterval:
      state.interval = g_value_get_uint(value);
      state.current_interval = g_value_get_uint(value);
      break;
    case kBatchSize:
      state.batch_size = g_value_get_uint(value);
      break;
    case kThreads:
      state.threads = g_value_get_uint(value);
      break;
    case kRuntime:
      state.onnxruntime = text();
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  GST_OBJECT_UNLOCK(object);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  InferState& state = infer_of(object)->state;
  GST_OBJECT_LOCK(object);
  switch (id) {
    case kConfigFile:
      g_value_set_string(value, state.config_file.c_str());
      break;
    case kUniqueId:
      g_value_set_uint(value, state.unique_id.value_or(15));
      break;
    case kInterval:
      g_value_set_uint(value, state.current_interval);
      break;
    case kBatchSize:
      g_value_set_uint(value, state.batch_size.value_or(1));
      break;
    case kThreads:
      g_value_set_uint(value, state.threads);
      break;
    case kRuntime:
      g_value_set_string(value, state.onnxruntime.c_str());
      break;
    case kBatches:
      g_value_set_uint64(value, state.batches);
      break;
    case kFrames:
      g_value_set_uint64(value, state.frames);
      break;
    case kBusy:
      g_value_set_uint64(value, state.busy_us);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  GST_OBJECT_UNLOCK(object);
}

void finalize(GObject* object) {
  infer_of(object)->state.~InferState();
  G_OBJECT_CLASS(vd_infer_parent_class)->finalize(object);
}

void install_properties(GObjectClass* type) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  const auto read = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  const auto add = [&](guint id, GParamSpec* spec) { g_object_class_install_property(type, id, spec); };
  add(kConfigFile, g_param_spec_string("config-file-path", "config-file-path", "nvinfer INI file", "", flags));
  add(kUniqueId, g_param_spec_uint("unique-id", "unique-id", "Written into unique_component_id; overrides the file", 0,
                                   G_MAXUINT, 15, flags));
  add(kInterval, g_param_spec_uint("interval", "interval",
                                   "Frames of a camera skipped between two that are analysed; overrides the file, may "
                                   "change while playing",
                                   0, G_MAXINT, 0, flags));
  add(kBatchSize, g_param_spec_uint("batch-size", "batch-size", "Pictures in one inference; overrides the file", 1,
                                    1024, 1, flags));
  add(kThreads,
      g_param_spec_uint("infer-threads", "infer-threads",
                        "Threads of inference: for a picture each, or all for one that is alone", 1, 256, 1, flags));
  add(kRuntime, g_param_spec_string("onnxruntime-path", "onnxruntime-path",
                                    "libonnxruntime.so; empty: VEDETTE_ONNXRUNTIME, then the usual names", "", flags));
  add(kBatches, g_param_spec_uint64("batches", "batches", "Inferences so far", 0, G_MAXUINT64, 0, read));
  add(kFrames, g_param_spec_uint64("frames", "frames", "Pictures analysed so far", 0, G_MAXUINT64, 0, read));
  add(kBusy,
      g_param_spec_uint64("busy-us", "busy-us", "Microseconds spent in preparation, inference and parsing so far", 0,
                          G_MAXUINT64, 0, read));
}

void vd_infer_class_init(VdInferClass* infer_class) {
  GST_DEBUG_CATEGORY_INIT(vd_infer_debug, "vdinfer", 0, "Vedette inference");
  auto* type = G_OBJECT_CLASS(infer_class);
  type->set_property = set_property;
  type->get_property = get_property;
  type->finalize = finalize;
  install_properties(type);
  auto* base = GST_BASE_TRANSFORM_CLASS(infer_class);
  base->start = start;
  base->stop = stop;
  base->transform_ip = transform_ip;
  base->sink_event = sink_event;
  auto* element = GST_ELEMENT_CLASS(infer_class);
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(element, "Vedette inference", "Filter/Analyzer/Video",
                                        "Detects objects with ONNX Runtime", "Vedette");
}

void vd_infer_init(VdInfer* self) {
  ::new (&self->state) InferState();
  // Only metadata changes, under its own lock: no buffer needs to be made writable, let alone copied.
  gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(self), TRUE);
}

}  // namespace

GType infer_get_type() { return vd_infer_get_type(); }

}  // namespace vedette

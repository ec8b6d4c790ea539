#include "infer_element.h"

#include <gst/base/gstbasetransform.h>

#include <atomic>
#include <mutex>
#include <new>
#include <thread>

#include "engine_file.h"
#include "infer_settings.h"
#include "inference.h"
#include "model_update.h"
#include "streammux.h"

GST_DEBUG_CATEGORY_STATIC(vd_infer_debug);
GST_DEBUG_CATEGORY_STATIC(nv_infer_debug);
#define GST_CAT_DEFAULT vd_infer_debug

namespace vedette {
namespace {

struct InferState {
  InferSettings settings;  // guarded by the object lock
  // The model: held by the streaming thread while it works, and for the moment in which another takes its place.
  std::mutex running;
  std::shared_ptr<Inference> inference;  // null: not started
  std::atomic<bool> is_loading{false};
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

using VdInferPtr = std::shared_ptr<VdInfer>;

VdInfer* infer_of(gpointer object) { return reinterpret_cast<VdInfer*>(object); }

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));

InferSettings settings_of(VdInfer* self) {
  GST_OBJECT_LOCK(self);
  InferSettings settings = self->state.settings;
  GST_OBJECT_UNLOCK(self);
  return settings;
}

// Under the name that a test switch gives it.
bool is_nvinfer(VdInfer* self) {
  GstElementFactory* factory = gst_element_get_factory(GST_ELEMENT(self));
  return factory && g_str_has_prefix(GST_OBJECT_NAME(factory), "nv");
}

InferenceOptions checked_options(VdInfer* self, const InferSettings& settings) {
  InferenceOptions options = options_of(settings);
  for (const std::string& key : options.config.unknown_keys) {
    GST_ELEMENT_WARNING(self, LIBRARY, SETTINGS,
                        ("%s: the key \"%s\" is unknown and has no effect", options.config.path.c_str(), key.c_str()),
                        (nullptr));
  }
  if (is_nvinfer(self) && settings.engine_file.empty()) {
    use_engine(options, [&](const std::string& text) {
      GST_CAT_INFO_OBJECT(nv_infer_debug, self, "NvDsInferContext[UID %u]: Info from vdinfer [UID = %u]: %s",
                          options.config.unique_id, options.config.unique_id, text.c_str());
    });
  }
  return options;
}

gboolean start(GstBaseTransform* base) {
  VdInfer* self = infer_of(base);
  InferState& state = self->state;
  std::shared_ptr<Inference> inference;
  try {
    inference = make_inference(checked_options(self, settings_of(self)));
  } catch (const std::exception& error) {
    GST_ELEMENT_ERROR(self, LIBRARY, SETTINGS, ("%s", error.what()), (nullptr));
    return FALSE;
  }
  state.current_interval = inference->config().interval;
  GST_INFO_OBJECT(self, "%s on ONNX Runtime %s", inference->config().onnx_file.c_str(),
                  inference->runtime_version().c_str());
  const std::lock_guard<std::mutex> lock(state.running);
  state.inference = std::move(inference);
  return TRUE;
}

std::shared_ptr<Inference> inference_of(VdInfer* self) {
  const std::lock_guard<std::mutex> lock(self->state.running);
  return self->state.inference;
}

gboolean stop(GstBaseTransform* base) {
  InferState& state = infer_of(base)->state;
  const std::lock_guard<std::mutex> lock(state.running);
  state.inference.reset();
  return TRUE;
}

// NvDsInferStatus, as far as it is told apart here.
enum UpdateStatus : gint { kUpdated = 0, kConfigFailed = 1 };

guint model_updated = 0;  // the signal

void put_in_place(VdInfer* self, const std::shared_ptr<Inference>& old, std::shared_ptr<Inference> successor,
                  const InferSettings& settings) {
  InferState& state = self->state;
  const std::lock_guard<std::mutex> lock(state.running);
  if (state.inference != old) throw ConfigError("the element was stopped meanwhile");
  state.inference = std::move(successor);
  GST_OBJECT_LOCK(self);
  state.settings.config_file = settings.config_file;
  state.settings.engine_file = settings.engine_file;
  GST_OBJECT_UNLOCK(self);
}

// On a thread of its own. Stopping the element does not wait for it: what comes too late is let go.
void load_model(VdInfer* self, const std::shared_ptr<Inference>& old, const InferSettings& settings,
                const std::string& path) {
  gint status = kUpdated;
  try {
    put_in_place(self, old, load_successor(*old, checked_options(self, settings)), settings);
  } catch (const std::exception& error) {
    status = kConfigFailed;
    GST_ELEMENT_WARNING(self, LIBRARY, SETTINGS, ("%s; the old model goes on", error.what()), (nullptr));
  }
  self->state.is_loading = false;
  g_signal_emit(self, model_updated, 0, status, path.c_str());
}

// A file named while the element runs is loaded beside the model, which goes on until the new one takes its place.
void change_model(VdInfer* self, std::string InferSettings::*file, const std::string& path) {
  std::shared_ptr<Inference> old = inference_of(self);
  InferSettings settings = settings_of(self);
  settings.engine_file.clear();
  settings.*file = path;
  if (!old) {
    GST_OBJECT_LOCK(self);
    self->state.settings.*file = path;
    GST_OBJECT_UNLOCK(self);
    return;
  }
  if (self->state.is_loading.exchange(true)) {
    GST_ELEMENT_WARNING(
        self, LIBRARY, SETTINGS,
        ("\"%s\" is not loaded, because another model is being loaded: wait for model-updated", path.c_str()),
        (nullptr));
    return;
  }
  std::thread([self = VdInferPtr(static_cast<VdInfer*>(gst_object_ref(self)), gst_object_unref), old = std::move(old),
               settings = std::move(settings), path] {
    load_model(self.get(), old, settings, path);
  }).detach();
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
  const std::lock_guard<std::mutex> lock(state.running);
  const gint64 before = g_get_monotonic_time();
  try {
    const size_t pictures = state.inference->run({batch, *abi, *sources}, state.current_interval);
    if (pictures == 0) return GST_FLOW_OK;
    state.frames += pictures;
  } catch (const std::exception& error) {
    GST_ELEMENT_ERROR(self, LIBRARY, FAILED, ("%s", error.what()), (nullptr));
    return GST_FLOW_ERROR;
  }
  state.busy_us += static_cast<guint64>(g_get_monotonic_time() - before);
  state.batches++;
  return GST_FLOW_OK;
}

gboolean sink_event(GstBaseTransform* base, GstEvent* event) {
  const GstStructure* what = gst_event_get_structure(event);
  guint pad = 0;
  if (what && gst_structure_has_name(what, kPadDeletedEvent) && gst_structure_get_uint(what, "pad-id", &pad)) {
    InferState& state = infer_of(base)->state;
    const std::lock_guard<std::mutex> lock(state.running);
    if (state.inference) state.inference->forget(pad);
  }
  return GST_BASE_TRANSFORM_CLASS(vd_infer_parent_class)->sink_event(base, event);
}

enum {
  kConfigFile = 1,
  kEngineFile,
  kUniqueId,
  kProcessMode,
  kOnComponent,
  kOnClasses,
  kInterval,
  kBatchSize,
  kThreads,
  kRuntime,
  kBatches,
  kFrames,
  kBusy
};

std::string text_of(const GValue* value) { return g_value_get_string(value) ? g_value_get_string(value) : ""; }

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  VdInfer* self = infer_of(object);
  if (id == kConfigFile) return change_model(self, &InferSettings::config_file, text_of(value));
  if (id == kEngineFile) return change_model(self, &InferSettings::engine_file, text_of(value));
  InferSettings& settings = self->state.settings;
  GST_OBJECT_LOCK(object);
  switch (id) {
    case kUniqueId:
      settings.unique_id = g_value_get_uint(value);
      break;
    case kProcessMode:
      settings.mode = static_cast<ProcessMode>(g_value_get_enum(value));
      break;
    case kOnComponent:
      settings.on_component = g_value_get_int(value);
      break;
    case kOnClasses:
      settings.on_classes = text_of(value);
      break;
    case kInterval:
      settings.interval = g_value_get_uint(value);
      self->state.current_interval = g_value_get_uint(value);
      break;
    case kBatchSize:
      settings.batch_size = g_value_get_uint(value);
      break;
    case kThreads:
      settings.threads = static_cast<int>(g_value_get_uint(value));
      break;
    case kRuntime:
      settings.onnxruntime = text_of(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  GST_OBJECT_UNLOCK(object);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  InferState& state = infer_of(object)->state;
  const InferSettings settings = settings_of(infer_of(object));
  switch (id) {
    case kConfigFile:
      return g_value_set_string(value, settings.config_file.c_str());
    case kEngineFile:
      return g_value_set_string(value, settings.engine_file.c_str());
    case kUniqueId:
      return g_value_set_uint(value, settings.unique_id.value_or(15));
    case kProcessMode:
      return g_value_set_enum(value, static_cast<gint>(settings.mode.value_or(ProcessMode::kPrimary)));
    case kOnComponent:
      return g_value_set_int(value, settings.on_component.value_or(-1));
    case kOnClasses:
      return g_value_set_string(value, settings.on_classes.c_str());
    case kInterval:
      return g_value_set_uint(value, state.current_interval);
    case kBatchSize:
      return g_value_set_uint(value, settings.batch_size.value_or(1));
    case kThreads:
      return g_value_set_uint(value, static_cast<guint>(settings.threads));
    case kRuntime:
      return g_value_set_string(value, settings.onnxruntime.c_str());
    case kBatches:
      return g_value_set_uint64(value, state.batches);
    case kFrames:
      return g_value_set_uint64(value, state.frames);
    case kBusy:
      return g_value_set_uint64(value, state.busy_us);
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
}

void finalize(GObject* object) {
  infer_of(object)->state.~InferState();
  G_OBJECT_CLASS(vd_infer_parent_class)->finalize(object);
}

GType process_mode_type() {
  static const GType type = [] {
    static const GEnumValue values[] = {
        {static_cast<gint>(ProcessMode::kPrimary), "Whole frames", "primary"},
        {static_cast<gint>(ProcessMode::kSecondary), "Objects of another stage", "secondary"},
        {0, nullptr, nullptr}};
    return g_enum_register_static("VdInferProcessMode", values);
  }();
  return type;
}

void install_properties(GObjectClass* type) {
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  const auto read = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  const auto add = [&](guint id, GParamSpec* spec) { g_object_class_install_property(type, id, spec); };
  add(kConfigFile, g_param_spec_string("config-file-path", "config-file-path", "nvinfer INI file", "", flags));
  add(kEngineFile, g_param_spec_string("model-engine-file", "model-engine-file",
                                       "ONNX file in place of the configuration's; like config-file-path it may change "
                                       "while playing, see model-updated",
                                       "", flags));
  add(kProcessMode, g_param_spec_enum("process-mode", "process-mode", "Whole frames, or objects; overrides the file",
                                      process_mode_type(), static_cast<gint>(ProcessMode::kPrimary), flags));
  add(kOnComponent,
      g_param_spec_int("infer-on-gie-id", "infer-on-gie-id",
                       "Classify objects of this unique-id, -1 of all; overrides the file", -1, G_MAXINT, -1, flags));
  add(kOnClasses,
      g_param_spec_string("infer-on-class-ids", "infer-on-class-ids",
                          "Classify objects of these classes, such as 0:2:3; overrides the file", "", flags));
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
  GST_DEBUG_CATEGORY_INIT(nv_infer_debug, "nvinfer", 0, "What nvinfer would say");
  auto* type = G_OBJECT_CLASS(infer_class);
  type->set_property = set_property;
  type->get_property = get_property;
  type->finalize = finalize;
  install_properties(type);
  model_updated = g_signal_new("model-updated", G_TYPE_FROM_CLASS(infer_class), G_SIGNAL_RUN_LAST, 0, nullptr, nullptr,
                               nullptr, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
  auto* base = GST_BASE_TRANSFORM_CLASS(infer_class);
  base->start = start;
  base->stop = stop;
  base->transform_ip = transform_ip;
  base->sink_event = sink_event;
  auto* element = GST_ELEMENT_CLASS(infer_class);
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(element, "Vedette inference", "Filter/Analyzer/Video",
                                        "Detects or classifies objects with ONNX Runtime", "Vedette");
}

void vd_infer_init(VdInfer* self) {
  ::new (&self->state) InferState();
  // Only metadata changes, under its own lock: no buffer needs to be made writable, let alone copied.
  gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(self), TRUE);
}

}  // namespace

GType infer_get_type() { return vd_infer_get_type(); }

}  // namespace vedette

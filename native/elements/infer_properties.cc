// What can be set on a vdinfer, and read from it.
#include "infer_state.h"

namespace vedette {
namespace {

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

}  // namespace

void infer_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
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

void infer_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
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

void install_infer_properties(GObjectClass* type) {
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

}  // namespace vedette

// The model of a vdinfer: read, and put in a running one's place.
#include "engine_file.h"
#include "infer_state.h"
#include "load_aside.h"
#include "model_update.h"

GST_DEBUG_CATEGORY_STATIC(nv_infer_debug);

namespace vedette {
namespace {

// Under the name that a test switch gives it.
bool is_nvinfer(VdInfer* self) {
  GstElementFactory* factory = gst_element_get_factory(GST_ELEMENT(self));
  return factory && g_str_has_prefix(GST_OBJECT_NAME(factory), "nv");
}

std::shared_ptr<Inference> inference_of(VdInfer* self) {
  const std::lock_guard<std::mutex> lock(self->state.running);
  return self->state.inference;
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

}  // namespace

InferSettings settings_of(VdInfer* self) {
  GST_OBJECT_LOCK(self);
  InferSettings settings = self->state.settings;
  GST_OBJECT_UNLOCK(self);
  return settings;
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
  using VdInferPtr = std::shared_ptr<VdInfer>;
  load_aside([self = VdInferPtr(static_cast<VdInfer*>(gst_object_ref(self)), gst_object_unref), old = std::move(old),
              settings = std::move(settings), path] { load_model(self.get(), old, settings, path); });
}

void install_model_signal(GObjectClass* type) {
  GST_DEBUG_CATEGORY_INIT(nv_infer_debug, "nvinfer", 0, "What nvinfer would say");
  model_updated = g_signal_new("model-updated", G_TYPE_FROM_CLASS(type), G_SIGNAL_RUN_LAST, 0, nullptr, nullptr,
                               nullptr, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
}

}  // namespace vedette

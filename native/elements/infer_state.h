// The inside of vdinfer, shared by its three parts: the element (infer_element.cc), its properties
// (infer_properties.cc), and the model that takes another's place while it runs (infer_model.cc).
#pragma once

#include <gst/base/gstbasetransform.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "infer_settings.h"
#include "inference.h"

namespace vedette {

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

inline VdInfer* infer_of(gpointer object) { return reinterpret_cast<VdInfer*>(object); }

// A copy; any thread.
InferSettings settings_of(VdInfer* self);
// Reads the configuration and warns of what it does not know in it. Throws ConfigError or ModelError.
InferenceOptions checked_options(VdInfer* self, const InferSettings& settings);

// Before the element starts: what to load then. While it runs: loaded beside the model, which goes on until the new one
// takes its place; "model-updated" says what became of it.
void change_model(VdInfer* self, std::string InferSettings::*file, const std::string& path);
void install_model_signal(GObjectClass* type);

void infer_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec);
void infer_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec);
void install_infer_properties(GObjectClass* type);

}  // namespace vedette

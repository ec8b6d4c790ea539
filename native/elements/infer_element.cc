#include "infer_element.h"

#include <new>

#include "infer_state.h"
#include "streammux.h"

GST_DEBUG_CATEGORY_STATIC(vd_infer_debug);
#define GST_CAT_DEFAULT vd_infer_debug

namespace vedette {
namespace {

G_DEFINE_TYPE(VdInfer, vd_infer, GST_TYPE_BASE_TRANSFORM)

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));

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

gboolean stop(GstBaseTransform* base) {
  InferState& state = infer_of(base)->state;
  const std::lock_guard<std::mutex> lock(state.running);
  state.inference.reset();
  return TRUE;
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

void finalize(GObject* object) {
  infer_of(object)->state.~InferState();
  G_OBJECT_CLASS(vd_infer_parent_class)->finalize(object);
}

void vd_infer_class_init(VdInferClass* infer_class) {
  GST_DEBUG_CATEGORY_INIT(vd_infer_debug, "vdinfer", 0, "Vedette inference");
  auto* type = G_OBJECT_CLASS(infer_class);
  type->set_property = infer_set_property;
  type->get_property = infer_get_property;
  type->finalize = finalize;
  install_infer_properties(type);
  install_model_signal(type);
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

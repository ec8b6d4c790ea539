#include "tracker_element.h"

#include <gst/base/gstbasetransform.h>

#include <map>
#include <memory>
#include <new>

#include "infer_config.h"
#include "meta/writer.h"
#include "streammux.h"
#include "tracker.h"
#include "visible_box.h"

GST_DEBUG_CATEGORY_STATIC(vd_tracker_debug);
#define GST_CAT_DEFAULT vd_tracker_debug

namespace vedette {
namespace {

// What a predicted object inherits from the last detection of its track.
struct Known {
  int32_t component_id;
  std::string label;
};

struct Camera {
  explicit Camera(const TrackerConfig& config, std::function<uint64_t()> next_id)
      : tracker(config, std::move(next_id)) {}
  Tracker tracker;
  std::map<int, Known> classes;
};

struct TrackerState {
  // Guarded by the object lock.
  std::string config_file;
  std::string library;
  guint width = 960, height = 544;
  // The streaming thread's.
  TrackerConfig config;
  std::map<uint32_t, std::unique_ptr<Camera>> cameras;
  uint64_t last_id = 0;  // survives stop and start: an id is never given twice
};

struct VdTracker {
  GstBaseTransform parent;
  TrackerState state;
};
struct VdTrackerClass {
  GstBaseTransformClass parent;
};
G_DEFINE_TYPE(VdTracker, vd_tracker, GST_TYPE_BASE_TRANSFORM)

VdTracker* tracker_of(gpointer object) { return reinterpret_cast<VdTracker*>(object); }

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:VedetteBatch)"));

gboolean start(GstBaseTransform* base) {
  VdTracker* self = tracker_of(base);
  TrackerState& state = self->state;
  try {
    state.config = state.config_file.empty() ? TrackerConfig() : read_tracker_config(state.config_file);
  } catch (const std::exception& error) {
    GST_ELEMENT_ERROR(self, LIBRARY, SETTINGS, ("%s", error.what()), (nullptr));
    return FALSE;
  }
  for (const std::string& key : state.config.unknown_keys) {
    GST_ELEMENT_WARNING(self, LIBRARY, SETTINGS,
                        ("%s: the key \"%s\" is unknown and has no effect", state.config_file.c_str(), key.c_str()),
                        (nullptr));
  }
  state.cameras.clear();
  return TRUE;
}

gboolean stop(GstBaseTransform* base) {
  tracker_of(base)->state.cameras.clear();
  return TRUE;
}

Camera& camera_of(TrackerState& state, uint32_t pad) {
  std::unique_ptr<Camera>& camera = state.cameras[pad];
  if (!camera) camera = std::make_unique<Camera>(state.config, [&state] { return ++state.last_id; });
  return *camera;
}

void add_predicted(const Camera& camera, const meta::Frame& frame, const TrackedBox& one) {
  const meta::Box visible = visible_box(one.box, space_of(frame));
  const auto known = camera.classes.find(one.class_id);
  if (visible.width <= 0 || visible.height <= 0 || known == camera.classes.end()) return;
  // The confidence is NVIDIA's mark of an object that the detector has not seen in this frame.
  constexpr float kPredicted = -0.1F;
  void* object = meta::add_object(
      frame.raw(), {known->second.component_id, one.class_id, kPredicted, visible, {0, 0, 0, 0}, known->second.label});
  meta::set_track(object, {one.id, one.confidence, visible, one.box});
}

void track(Camera& camera, const meta::Frame& frame) {
  if (!frame.inferred()) {
    for (const TrackedBox& one : camera.tracker.predict(frame.pts_ns())) add_predicted(camera, frame, one);
    return;
  }
  std::vector<void*> objects;
  std::vector<Observation> observations;
  for (const meta::Object object : frame.objects()) {
    objects.push_back(object.raw());
    observations.push_back({object.class_id(), object.confidence(), object.rect()});
    if (camera.classes.count(object.class_id()) == 0) {
      camera.classes[object.class_id()] = {object.component_id(), std::string(object.label())};
    }
  }
  std::vector<bool> tracked(objects.size(), false);
  for (const TrackedBox& one : camera.tracker.update(frame.pts_ns(), observations)) {
    const meta::Box visible = visible_box(one.box, space_of(frame));
    if (one.observation < 0 || visible.width <= 0 || visible.height <= 0) continue;
    tracked[static_cast<size_t>(one.observation)] = true;
    meta::set_track(objects[static_cast<size_t>(one.observation)], {one.id, one.confidence, visible, one.box});
  }
  // As nvtracker does: what belongs to no known track is not told.
  for (size_t i = 0; i < objects.size(); i++) {
    if (!tracked[i]) meta::remove_object(frame.raw(), objects[i]);
  }
}

GstFlowReturn transform_ip(GstBaseTransform* base, GstBuffer* buffer) {
  VdTracker* self = tracker_of(base);
  void* batch = meta::find_batch(buffer);
  const meta::Offsets* abi = batch ? meta::recognise_batch(batch) : nullptr;
  if (!abi) {
    GST_ELEMENT_ERROR(
        self, STREAM, WRONG_TYPE,
        ("a buffer without batch metadata arrived, expected one of vdstreammux: link that before vdtracker"),
        (nullptr));
    return GST_FLOW_ERROR;
  }
  const meta::Batch reader(batch, *abi);
  for (const meta::Frame frame : reader.frames()) track(camera_of(self->state, frame.pad_index()), frame);
  return GST_FLOW_OK;
}

gboolean sink_event(GstBaseTransform* base, GstEvent* event) {
  const GstStructure* what = gst_event_get_structure(event);
  guint pad = 0;
  if (what && gst_structure_has_name(what, kPadDeletedEvent) && gst_structure_get_uint(what, "pad-id", &pad)) {
    tracker_of(base)->state.cameras.erase(pad);
  }
  return GST_BASE_TRANSFORM_CLASS(vd_tracker_parent_class)->sink_event(base, event);
}

enum { kConfigFile = 1, kLibrary, kWidth, kHeight };

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  TrackerState& state = tracker_of(object)->state;
  GST_OBJECT_LOCK(object);
  const auto text = [&] { return std::string(g_value_get_string(value) ? g_value_get_string(value) : ""); };
  switch (id) {
    case kConfigFile:
      state.config_file = text();
      break;
    case kLibrary:
      state.library = text();
      break;
    case kWidth:
      state.width = g_value_get_uint(value);
      break;
    case kHeight:
      state.height = g_value_get_uint(value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  GST_OBJECT_UNLOCK(object);
}

void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  TrackerState& state = tracker_of(object)->state;
  GST_OBJECT_LOCK(object);
  switch (id) {
    case kConfigFile:
      g_value_set_string(value, state.config_file.c_str());
      break;
    case kLibrary:
      g_value_set_string(value, state.library.c_str());
      break;
    case kWidth:
      g_value_set_uint(value, state.width);
      break;
    case kHeight:
      g_value_set_uint(value, state.height);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  GST_OBJECT_UNLOCK(object);
}

void finalize(GObject* object) {
  tracker_of(object)->state.~TrackerState();
  G_OBJECT_CLASS(vd_tracker_parent_class)->finalize(object);
}

void vd_tracker_class_init(VdTrackerClass* tracker_class) {
  GST_DEBUG_CATEGORY_INIT(vd_tracker_debug, "vdtracker", 0, "Vedette tracking");
  auto* type = G_OBJECT_CLASS(tracker_class);
  type->set_property = set_property;
  type->get_property = get_property;
  type->finalize = finalize;
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  const auto add = [&](guint id, GParamSpec* spec) { g_object_class_install_property(type, id, spec); };
  add(kConfigFile, g_param_spec_string("ll-config-file", "ll-config-file",
                                       "Tracker YAML with NvSORT's keys; empty: defaults", "", flags));
  add(kLibrary,
      g_param_spec_string("ll-lib-file", "ll-lib-file", "Accepted as nvtracker has it; has no effect", "", flags));
  add(kWidth, g_param_spec_uint("tracker-width", "tracker-width", "Accepted as nvtracker has it; has no effect", 0,
                                32768, 960, flags));
  add(kHeight, g_param_spec_uint("tracker-height", "tracker-height", "Accepted as nvtracker has it; has no effect", 0,
                                 32768, 544, flags));
  auto* base = GST_BASE_TRANSFORM_CLASS(tracker_class);
  base->start = start;
  base->stop = stop;
  base->transform_ip = transform_ip;
  base->sink_event = sink_event;
  auto* element = GST_ELEMENT_CLASS(tracker_class);
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(element, "Vedette tracker", "Filter/Analyzer/Video",
                                        "Gives detected objects ids that stay", "Vedette");
}

void vd_tracker_init(VdTracker* self) {
  ::new (&self->state) TrackerState();
  gst_base_transform_set_passthrough(GST_BASE_TRANSFORM(self), TRUE);
}

}  // namespace

GType tracker_get_type() { return vd_tracker_get_type(); }

}  // namespace vedette

// nvstreammux over vdstreammux, in both of NVIDIA's kinds: the legacy one scales all frames into one space, which must
// be given before READY; the new one has no such properties and leaves every frame its own. Either takes NVMM only.
#include <cstdio>
#include <string>

#include "nv_elements.h"
#include "stand_in_bin.h"

namespace vedette::testing {
namespace {

struct VdNvStreammux {
  GstBin parent;
  GstElement* mux;  // a child
};
struct VdNvStreammuxClass {
  GstBinClass parent;
};
G_DEFINE_TYPE(VdNvStreammux, vd_nv_streammux, GST_TYPE_BIN)

constexpr char kCaps[] = "video/x-raw(memory:NVMM), format=(string){ NV12, RGBA, I420 }";
GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
                            GST_STATIC_CAPS("video/x-raw(memory:NVMM), format=(string){ NV12, RGBA, I420 }"));
GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

bool is_new() { return g_strcmp0(g_getenv("USE_NEW_NVSTREAMMUX"), "yes") == 0; }

VdNvStreammux* mux_of(gpointer element) { return reinterpret_cast<VdNvStreammux*>(element); }

GstPad* request_pad(GstElement* element, GstPadTemplate* templ, const gchar* name, const GstCaps*) {
  guint index = 0;
  if (name == nullptr || std::sscanf(name, "sink_%u", &index) != 1) return nullptr;
  GstBin* bin = GST_BIN(element);
  GstElement* filter = make_child(bin, kCaps);
  GstElement* relabel = make_child(bin, "relabel");
  gst_element_link(filter, relabel);
  gst_element_link_pads(relabel, "src", mux_of(element)->mux, name);
  GstPad* target = gst_element_get_static_pad(filter, "sink");
  GstPad* pad = gst_ghost_pad_new_from_template(name, target, templ);
  gst_object_unref(target);
  g_object_set_data(G_OBJECT(pad), "filter", filter);
  g_object_set_data(G_OBJECT(pad), "relabel", relabel);
  gst_pad_set_active(pad, TRUE);
  gst_element_add_pad(element, pad);
  gst_element_sync_state_with_parent(relabel);
  gst_element_sync_state_with_parent(filter);
  return pad;
}

void release_pad(GstElement* element, GstPad* pad) {
  const std::string name = GST_OBJECT_NAME(pad);
  GstPad* inner = gst_element_get_static_pad(mux_of(element)->mux, name.c_str());
  for (const char* child : {"filter", "relabel"}) {
    auto* one = GST_ELEMENT(g_object_get_data(G_OBJECT(pad), child));
    gst_element_set_locked_state(one, TRUE);
    gst_element_set_state(one, GST_STATE_NULL);
  }
  gst_element_release_request_pad(mux_of(element)->mux, inner);
  gst_object_unref(inner);
  auto* filter = GST_ELEMENT(g_object_get_data(G_OBJECT(pad), "filter"));
  auto* relabel = GST_ELEMENT(g_object_get_data(G_OBJECT(pad), "relabel"));
  gst_element_remove_pad(element, pad);
  gst_bin_remove(GST_BIN(element), filter);
  gst_bin_remove(GST_BIN(element), relabel);
}

GstStateChangeReturn change_state(GstElement* element, GstStateChange change) {
  guint width = 0;
  g_object_get(mux_of(element)->mux, "width", &width, nullptr);
  if (change == GST_STATE_CHANGE_NULL_TO_READY && !is_new() && width == 0) {
    GST_ELEMENT_ERROR(element, LIBRARY, SETTINGS, ("Output width not set"), (nullptr));
    return GST_STATE_CHANGE_FAILURE;
  }
  return GST_ELEMENT_CLASS(vd_nv_streammux_parent_class)->change_state(element, change);
}

void vd_nv_streammux_class_init(VdNvStreammuxClass* mux_class) {
  std::vector<Property> properties = {{"batch-size", Kind::natural},
                                      {"batched-push-timeout", Kind::integer},
                                      {"drop-pipeline-eos", Kind::boolean},
                                      {"attach-sys-ts", Kind::boolean},
                                      {"sync-inputs", Kind::boolean}};
  if (!is_new())
    properties.insert(properties.end(), {{"width", Kind::natural},
                                         {"height", Kind::natural},
                                         {"live-source", Kind::boolean},
                                         {"enable-padding", Kind::boolean},
                                         {"gpu-id", Kind::natural},
                                         {"nvbuf-memory-type", Kind::natural},
                                         {"compute-hw", Kind::natural},
                                         {"buffer-pool-size", Kind::natural}});
  install(G_OBJECT_CLASS(mux_class), properties);
  auto* element = GST_ELEMENT_CLASS(mux_class);
  element->change_state = change_state;
  element->request_new_pad = request_pad;
  element->release_pad = release_pad;
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(element, "Stand-in for nvstreammux", "Generic/Video", "Batches, for tests",
                                        "Vedette");
}

void vd_nv_streammux_init(VdNvStreammux* self) {
  self->mux = make_child(GST_BIN(self), "vdstreammux");
  GstPad* src = gst_element_get_static_pad(self->mux, "src");
  gst_element_add_pad(GST_ELEMENT(self), gst_ghost_pad_new("src", src));
  gst_object_unref(src);
}

}  // namespace

GType nv_streammux_get_type() { return vd_nv_streammux_get_type(); }

}  // namespace vedette::testing

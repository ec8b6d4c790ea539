#include "relabel.h"

#include <gst/base/gstbasetransform.h>

#include <initializer_list>

namespace vedette::testing {
namespace {

struct VdNvRelabel {
  GstBaseTransform parent;
};
struct VdNvRelabelClass {
  GstBaseTransformClass parent;
};
G_DEFINE_TYPE(VdNvRelabel, vd_nv_relabel, GST_TYPE_BASE_TRANSFORM)

GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                                                             GST_STATIC_CAPS("video/x-raw; "
                                                                             "video/x-raw(memory:NVMM)"));
GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                                                            GST_STATIC_CAPS("video/x-raw; "
                                                                            "video/x-raw(memory:NVMM)"));

// Every kind of picture, in either memory.
GstCaps* transform_caps(GstBaseTransform*, GstPadDirection, GstCaps* caps, GstCaps* filter) {
  GstCaps* both = gst_caps_new_empty();
  for (guint i = 0; i < gst_caps_get_size(caps); i++)
    for (const char* memory : {GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY, "memory:NVMM"})
      gst_caps_append_structure_full(both, gst_structure_copy(gst_caps_get_structure(caps, i)),
                                     gst_caps_features_new(memory, nullptr));
  if (filter == nullptr) return both;
  GstCaps* wanted = gst_caps_intersect_full(filter, both, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(both);
  return wanted;
}

void vd_nv_relabel_class_init(VdNvRelabelClass* relabel_class) {
  auto* base = GST_BASE_TRANSFORM_CLASS(relabel_class);
  base->transform_caps = transform_caps;
  base->transform_ip = [](GstBaseTransform*, GstBuffer*) { return GST_FLOW_OK; };
  auto* element = GST_ELEMENT_CLASS(relabel_class);
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(element, "Vedette relabelling", "Filter/Video",
                                        "Gives memory another name, for tests", "Vedette");
}

void vd_nv_relabel_init(VdNvRelabel*) {}

}  // namespace

GType relabel_get_type() { return vd_nv_relabel_get_type(); }

}  // namespace vedette::testing

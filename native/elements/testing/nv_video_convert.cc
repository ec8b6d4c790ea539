// nvvideoconvert: any memory and size into any.
#include "nv_elements.h"
#include "stand_in_bin.h"

namespace vedette::testing {
namespace {

struct VdNvVideoConvert {
  GstBin parent;
};
struct VdNvVideoConvertClass {
  GstBinClass parent;
};
G_DEFINE_TYPE(VdNvVideoConvert, vd_nv_video_convert, GST_TYPE_BIN)

GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                                                             GST_STATIC_CAPS("video/x-raw; video/x-raw(memory:NVMM)"));
GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                                                            GST_STATIC_CAPS("video/x-raw; video/x-raw(memory:NVMM)"));

void vd_nv_video_convert_class_init(VdNvVideoConvertClass* convert_class) {
  std::vector<Property> properties = {{"nvbuf-memory-type", Kind::natural}, {"compute-hw", Kind::natural}};
  properties.push_back(is_jetson() ? Property{"bl-output", Kind::boolean} : Property{"gpu-id", Kind::natural});
  install(G_OBJECT_CLASS(convert_class), properties);
  auto* element = GST_ELEMENT_CLASS(convert_class);
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(element, "Stand-in for nvvideoconvert", "Filter/Converter/Video",
                                        "Converts in plain memory, for tests", "Vedette");
}

void vd_nv_video_convert_init(VdNvVideoConvert* self) {
  fill(GST_BIN(self), {"relabel", "videoscale", "videoconvert", "relabel"});
}

}  // namespace

GType nv_video_convert_get_type() { return vd_nv_video_convert_get_type(); }

}  // namespace vedette::testing

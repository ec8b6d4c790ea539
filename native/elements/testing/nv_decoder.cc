// nvv4l2decoder: H.264 into NVMM. Does not open its device with VEDETTE_STAND_IN_NO_DECODER=1.
#include "nv_elements.h"
#include "stand_in_bin.h"

namespace vedette::testing {
namespace {

struct VdNvDecoder {
  GstBin parent;
};
struct VdNvDecoderClass {
  GstBinClass parent;
};
G_DEFINE_TYPE(VdNvDecoder, vd_nv_decoder, GST_TYPE_BIN)

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-h264"));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS("video/x-raw(memory:NVMM)"));

GstStateChangeReturn change_state(GstElement* element, GstStateChange change) {
  if (change == GST_STATE_CHANGE_NULL_TO_READY && g_strcmp0(g_getenv("VEDETTE_STAND_IN_NO_DECODER"), "1") == 0) {
    GST_ELEMENT_ERROR(element, RESOURCE, OPEN_READ_WRITE, ("Cannot open the decoder's device"), (nullptr));
    return GST_STATE_CHANGE_FAILURE;
  }
  return GST_ELEMENT_CLASS(vd_nv_decoder_parent_class)->change_state(element, change);
}

void vd_nv_decoder_class_init(VdNvDecoderClass* decoder_class) {
  std::vector<Property> properties = {{"num-extra-surfaces", Kind::natural}, {"drop-frame-interval", Kind::natural}};
  if (is_jetson())
    properties.push_back({"enable-max-performance", Kind::boolean});
  else
    properties.insert(properties.end(), {{"gpu-id", Kind::natural}, {"cudadec-memtype", Kind::natural}});
  install(G_OBJECT_CLASS(decoder_class), properties);
  auto* element = GST_ELEMENT_CLASS(decoder_class);
  element->change_state = change_state;
  gst_element_class_add_static_pad_template(element, &sink_template);
  gst_element_class_add_static_pad_template(element, &src_template);
  gst_element_class_set_static_metadata(element, "Stand-in for nvv4l2decoder", "Codec/Decoder/Video/Hardware",
                                        "Decodes in software, for tests", "Vedette");
}

void vd_nv_decoder_init(VdNvDecoder* self) {
  fill(GST_BIN(self), {"avdec_h264", "videoconvert", "relabel", "video/x-raw(memory:NVMM),format=NV12"});
}

}  // namespace

GType nv_decoder_get_type() { return vd_nv_decoder_get_type(); }

}  // namespace vedette::testing

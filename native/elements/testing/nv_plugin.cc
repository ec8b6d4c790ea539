// libgstvedette_nv.so: stand-ins under NVIDIA's names. Inference and tracking are our own elements as they are;
// nvinferserver reads the INI of nvinfer in place of Triton's protobuf text. Our plugin must be loaded before.
#include <gst/gst.h>

#include "nv_elements.h"

namespace {

// The type of an element that is registered already; 0: it is not.
GType type_of(const char* factory_name) {
  GstElementFactory* factory = gst_element_factory_find(factory_name);
  if (factory == nullptr) return 0;
  const GType type = gst_element_factory_get_element_type(factory);
  gst_object_unref(factory);
  return type;
}

gboolean plugin_init(GstPlugin* plugin) {
  const GType infer = type_of("vdinfer"), tracker = type_of("vdtracker");
  if (infer == 0 || tracker == 0) return FALSE;
  // As NVIDIA's, the decoder is preferred to all others.
  return gst_element_register(plugin, "nvinfer", GST_RANK_NONE, infer) &&
         gst_element_register(plugin, "nvinferserver", GST_RANK_NONE, infer) &&
         gst_element_register(plugin, "nvtracker", GST_RANK_NONE, tracker) &&
         gst_element_register(plugin, "nvstreammux", GST_RANK_NONE, vedette::testing::nv_streammux_get_type()) &&
         gst_element_register(plugin, "nvvideoconvert", GST_RANK_NONE, vedette::testing::nv_video_convert_get_type()) &&
         gst_element_register(plugin, "nvv4l2decoder", GST_RANK_PRIMARY + 11, vedette::testing::nv_decoder_get_type());
}

}  // namespace

#define PACKAGE "vedette"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, vedette_nv, "Stand-ins for NVIDIA's elements, for tests",
                  plugin_init, "0.1.0", GST_LICENSE_UNKNOWN, "vedette", "Vedette")

// libgstvedette_nv.so: stand-ins under NVIDIA's names. Inference and tracking are our own elements as they are;
// nvinferserver reads the INI of nvinfer in place of Triton's protobuf text. Our plugin must be loaded before.
#include <gst/gst.h>

#include "nv_elements.h"

namespace {

// A type of its own like that of an element that is registered already, so that it knows its factory; 0: there is none.
GType type_like(const char* factory_name, const char* name) {
  GstElementFactory* factory = gst_element_factory_find(factory_name);
  if (factory == nullptr) return 0;
  const GType type = gst_element_factory_get_element_type(factory);
  gst_object_unref(factory);
  GTypeQuery query;
  g_type_query(type, &query);
  return g_type_register_static_simple(type, name, static_cast<guint>(query.class_size), nullptr,
                                       static_cast<guint>(query.instance_size), nullptr, static_cast<GTypeFlags>(0));
}

gboolean plugin_init(GstPlugin* plugin) {
  const GType infer = type_like("vdinfer", "VdNvInfer"), server = type_like("vdinfer", "VdNvInferServer");
  const GType tracker = type_like("vdtracker", "VdNvTracker");
  if (infer == 0 || server == 0 || tracker == 0) return FALSE;
  // As NVIDIA's, the decoder is preferred to all others.
  return gst_element_register(plugin, "nvinfer", GST_RANK_NONE, infer) &&
         gst_element_register(plugin, "nvinferserver", GST_RANK_NONE, server) &&
         gst_element_register(plugin, "nvtracker", GST_RANK_NONE, tracker) &&
         gst_element_register(plugin, "nvstreammux", GST_RANK_NONE, vedette::testing::nv_streammux_get_type()) &&
         gst_element_register(plugin, "nvvideoconvert", GST_RANK_NONE, vedette::testing::nv_video_convert_get_type()) &&
         gst_element_register(plugin, "nvv4l2decoder", GST_RANK_PRIMARY + 11, vedette::testing::nv_decoder_get_type());
}

}  // namespace

#define PACKAGE "vedette"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, vedette_nv, "Stand-ins for NVIDIA's elements, for tests",
                  plugin_init, "0.1.0", GST_LICENSE_UNKNOWN, "vedette", "Vedette")

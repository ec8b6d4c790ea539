// libgstvedette.so: registers vdstreammux, vdinfer and vdtracker.
#include <gst/gst.h>

#include "infer_element.h"
#include "streammux.h"
#include "tracker_element.h"

namespace {

gboolean plugin_init(GstPlugin* plugin) {
  return gst_element_register(plugin, "vdstreammux", GST_RANK_NONE, vedette::streammux_get_type()) &&
         gst_element_register(plugin, "vdinfer", GST_RANK_NONE, vedette::infer_get_type()) &&
         gst_element_register(plugin, "vdtracker", GST_RANK_NONE, vedette::tracker_get_type());
}

}  // namespace

// Apache-2.0, which GStreamer before 1.20 does not know and would refuse by that name.
#define PACKAGE "vedette"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, vedette, "Batching, inference and tracking of Vedette",
                  plugin_init, VEDETTE_VERSION, GST_LICENSE_UNKNOWN, "vedette", "Vedette")

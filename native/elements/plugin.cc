// libgstvedette.so: registers vdstreammux, vdinfer and vdtracker.
#include <gst/gst.h>

#include "infer_element.h"
#include "streammux.h"
#include "tracker_element.h"

namespace {

gboolean register_as(GstPlugin* plugin, const char* prefix) {
  const auto add = [&](const char* name, GType type) {
    gchar* full = g_strconcat(prefix, name, nullptr);
    const gboolean added = gst_element_register(plugin, full, GST_RANK_NONE, type);
    g_free(full);
    return added;
  };
  return add("streammux", vedette::streammux_get_type()) && add("infer", vedette::infer_get_type()) &&
         add("tracker", vedette::tracker_get_type());
}

gboolean plugin_init(GstPlugin* plugin) {
  // A test switch: lets everything that is made for DeepStream run where DeepStream is not.
  const gchar* as_nvidia = g_getenv("VEDETTE_REGISTER_NV");
  if (as_nvidia && g_strcmp0(as_nvidia, "1") == 0 && !register_as(plugin, "nv")) return FALSE;
  return register_as(plugin, "vd");
}

}  // namespace

// Apache-2.0, which GStreamer before 1.20 does not know and would refuse by that name.
#define PACKAGE "vedette"
GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, vedette, "Batching, inference and tracking of Vedette",
                  plugin_init, VEDETTE_VERSION, GST_LICENSE_UNKNOWN, "vedette", "Vedette")

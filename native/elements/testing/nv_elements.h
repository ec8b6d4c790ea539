// The stand-ins' types, and how they are registered: nv_plugin.cc.
#pragma once

#include <gst/gst.h>

namespace vedette::testing {

GType nv_decoder_get_type();
GType nv_streammux_get_type();  // the new one with USE_NEW_NVSTREAMMUX=yes, which is read once
GType nv_video_convert_get_type();

}  // namespace vedette::testing

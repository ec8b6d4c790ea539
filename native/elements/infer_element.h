// vdinfer: runs a detector over the batches of vdstreammux and attaches what it finds as NvDsObjectMeta.
// Works in place on the streaming thread; properties may be set on any thread, the model is loaded on READY to PAUSED.
#pragma once

#include <gst/gst.h>

namespace vedette {

GType infer_get_type();

}  // namespace vedette

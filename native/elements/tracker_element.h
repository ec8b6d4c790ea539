// vdtracker: gives the objects in the metadata of vdstreammux's batches an id that stays, one Tracker per camera.
// Works in place on the streaming thread. Ids are unique over the element's whole life.
#pragma once

#include <gst/gst.h>

namespace vedette {

GType tracker_get_type();

}  // namespace vedette

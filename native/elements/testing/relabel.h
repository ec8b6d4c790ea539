// An element that calls plain memory NVMM, or the other way round: the pixels stay where they are.
#pragma once

#include <gst/gst.h>

namespace vedette::testing {

GType relabel_get_type();

}  // namespace vedette::testing

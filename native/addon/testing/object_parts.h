// Gives objects and frames what classifiers, segmentation, rotated boxes, trackers and nvdsanalytics would, so that
// tests see it packed. Object 0 gets none of it.
#pragma once

#include <cstdint>

namespace vedette {

void add_parts(void* object, uint32_t index);
void add_frame_parts(void* frame);

}  // namespace vedette

// From a picture's YUV to RGB of 0…255, as its colorimetry says.
#pragma once

#include <gst/video/video.h>

#include <array>

namespace vedette {

// Rows R, G, B: three factors for Y, U and V, and a constant.
using YuvMatrix = std::array<float, 12>;

// ITU-R BT.601, BT.709 or BT.2020.
YuvMatrix yuv_to_rgb(const GstVideoInfo& info);

}  // namespace vedette

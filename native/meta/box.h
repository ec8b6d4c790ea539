// A rectangle as DeepStream writes one (NvOSD_RectParams, NvBbox_Coords): four floats in pixels of the frame's space.
#pragma once

namespace vedette::meta {

struct Box {
  float left, top, width, height;
};

}  // namespace vedette::meta

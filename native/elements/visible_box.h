// The part of a box that lies inside the picture, in the frame's pipeline space. Pure.
#pragma once

#include <algorithm>

#include "meta/reader.h"

namespace vedette {

struct FrameSpace {
  float width, height;
};

// Before DeepStream 6.0 a frame does not tell its space; the writer's own is the source's then.
inline FrameSpace space_of(const meta::Frame& frame) {
  const bool told = frame.pipeline_width() > 0 && frame.pipeline_height() > 0;
  return {static_cast<float>(told ? frame.pipeline_width() : frame.source_width()),
          static_cast<float>(told ? frame.pipeline_height() : frame.source_height())};
}

inline meta::Box visible_box(const meta::Box& box, const FrameSpace& space) {
  const float left = std::clamp(box.left, 0.0F, space.width);
  const float top = std::clamp(box.top, 0.0F, space.height);
  return {left, top, std::clamp(box.left + box.width, 0.0F, space.width) - left,
          std::clamp(box.top + box.height, 0.0F, space.height) - top};
}

}  // namespace vedette

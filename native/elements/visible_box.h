// The part of a box that lies inside the picture, in the frame's pipeline space. Pure.
#pragma once

#include <algorithm>

#include "meta/reader.h"
#include "meta/writer.h"

namespace vedette {

struct FrameSpace {
  float width, height;
};

// Of a frame that our own mux wrote.
inline FrameSpace space_of(const meta::Frame& frame) {
  const meta::Space& space = meta::written_space(frame.raw());
  return {static_cast<float>(space.width), static_cast<float>(space.height)};
}

inline meta::Box visible_box(const meta::Box& box, const FrameSpace& space) {
  const float left = std::clamp(box.left, 0.0F, space.width);
  const float top = std::clamp(box.top, 0.0F, space.height);
  return {left, top, std::clamp(box.left + box.width, 0.0F, space.width) - left,
          std::clamp(box.top + box.height, 0.0F, space.height) - top};
}

}  // namespace vedette

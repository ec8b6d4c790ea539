// Which part of a detection's box belongs to it: a raster stretched over the box. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "meta/box.h"

namespace vedette {

struct InstanceMask {
  unsigned width, height;
  std::vector<float> values;  // row by row
};

// What is left of the mask where only `visible` is left of its `box`.
InstanceMask visible_part(const InstanceMask& mask, const meta::Box& box, const meta::Box& visible);

}  // namespace vedette

// A detection before it becomes metadata, and the clustering of many into few. Pure.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "infer_config.h"
#include "instance_mask.h"

namespace vedette {

// In pixels of the network's input.
struct Detection {
  unsigned class_id;
  float left, top, width, height, confidence;
  float rotation = 0;  // radians, clockwise about the middle of the box
  std::shared_ptr<const InstanceMask> mask = nullptr;
};

float iou(const Detection& a, const Detection& b);

// Applies thresholds, size limits and the class filter, removes what overlaps a better one of its class, keeps the
// best `topk` of each class. The order is by falling confidence.
std::vector<Detection> cluster(std::vector<Detection> found, const InferConfig& config);

}  // namespace vedette

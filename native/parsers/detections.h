/*
 * Where a parser puts what it found: applies the thresholds per class and keeps boxes inside the network's input.
 * Lives for one parser call; refers to the caller's structures.
 */
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "nvdsinfer_abi.h"

#define VEDETTE_EXPORT extern "C" __attribute__((visibility("default")))

namespace vedette {

/** Corners in pixels of the network's input. */
struct Box {
  float left, top, right, bottom;
};

inline Box boxAround(float x, float y, float width, float height) {
  return {x - width / 2, y - height / 2, x + width / 2, y + height / 2};
}

inline float sigmoid(float logit) { return 1.0F / (1.0F + std::exp(-logit)); }

/** Class and value of the highest of `count` numbers, `stride` apart. */
struct Best {
  unsigned index;
  float value;
};

inline Best highest(float const *values, unsigned count, unsigned stride = 1) {
  Best best{0, values[0]};
  for (unsigned i = 1; i < count; i++) {
    if (values[static_cast<std::size_t>(i) * stride] > best.value)
      best = {i, values[static_cast<std::size_t>(i) * stride]};
  }
  return best;
}

class Detections {
 public:
  Detections(NvDsInferNetworkInfo const &network, NvDsInferParseDetectionParams const &params,
             std::vector<NvDsInferObjectDetectionInfo> &objects)
      : network_(network), params_(params), objects_(objects) {}

  unsigned classes() const { return params_.numClassesConfigured; }

  /** Cheap enough to ask before a box is worked out. A class that is not configured is never wanted. */
  bool isWanted(unsigned classId, float confidence) const {
    auto const &thresholds = params_.perClassPreclusterThreshold;
    return classId < classes() && classId < thresholds.size() && confidence >= thresholds[classId];
  }

  void add(unsigned classId, float confidence, Box const &box) {
    if (!isWanted(classId, confidence)) return;
    float const left = within(box.left, network_.width);
    float const top = within(box.top, network_.height);
    float const width = within(box.right, network_.width) - left;
    float const height = within(box.bottom, network_.height) - top;
    // Written so that a box of NaN is left out as well.
    if (!(width > 0 && height > 0)) return;
    NvDsInferObjectDetectionInfo object{};
    object.classId = classId;
    object.left = left;
    object.top = top;
    object.width = width;
    object.height = height;
    object.detectionConfidence = confidence;
    objects_.push_back(object);
  }

 private:
  static float within(float value, unsigned size) { return std::min(std::max(value, 0.0F), static_cast<float>(size)); }

  NvDsInferNetworkInfo const &network_;
  NvDsInferParseDetectionParams const &params_;
  std::vector<NvDsInferObjectDetectionInfo> &objects_;
};

}  // namespace vedette

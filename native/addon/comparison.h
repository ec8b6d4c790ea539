// Two detectors on the same frames, compared: which boxes of one are also the other's. Knows neither GStreamer nor
// JavaScript. add() on one thread, total() on any.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace vedette {

struct ComparedBox {
  int32_t class_id;
  float left, top, width, height;
};

struct ClassComparison {
  int32_t class_id;  // of the first detector
  uint64_t first, shadow, matched;
};

struct ComparisonTotal {
  uint64_t frames = 0;
  std::vector<ClassComparison> per_class;  // of those that either has found, by rising number
  double iou_mean = -1;                    // of the matched; -1 with none
};

class Comparison {
 public:
  // `classes[i]` is the first detector's class for class i of the shadow, -1 for none: those are left out.
  explicit Comparison(std::vector<int32_t> classes) : classes_(std::move(classes)) {}

  // What both found in one frame, in the same coordinates.
  void add(const std::vector<ComparedBox>& first, const std::vector<ComparedBox>& shadow);
  ComparisonTotal total() const;

 private:
  int32_t class_of_shadow(int32_t class_id) const;

  const std::vector<int32_t> classes_;
  mutable std::mutex mutex_;  // the fields below
  uint64_t frames_ = 0;
  std::map<int32_t, ClassComparison> per_class_;
  double iou_sum_ = 0;
  uint64_t matched_ = 0;
};

}  // namespace vedette

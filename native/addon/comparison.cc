#include "comparison.h"

#include <algorithm>

namespace vedette {
namespace {

constexpr float kSameObject = 0.5F;

float iou(const ComparedBox& a, const ComparedBox& b) {
  float width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
  float height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
  if (!(width > 0 && height > 0)) return 0;
  float shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

struct Pair {
  float iou;
  size_t first, shadow;
};

// The closest pairs first; no box is in two.
std::vector<Pair> pairs_of(const std::vector<ComparedBox>& first, const std::vector<ComparedBox>& shadow) {
  std::vector<Pair> candidates, pairs;
  for (size_t i = 0; i < first.size(); i++)
    for (size_t k = 0; k < shadow.size(); k++) {
      if (first[i].class_id != shadow[k].class_id) continue;
      float overlap = iou(first[i], shadow[k]);
      if (overlap >= kSameObject) candidates.push_back({overlap, i, k});
    }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Pair& a, const Pair& b) { return a.iou > b.iou; });
  std::vector<bool> is_taken_first(first.size()), is_taken_shadow(shadow.size());
  for (const Pair& one : candidates) {
    if (is_taken_first[one.first] || is_taken_shadow[one.shadow]) continue;
    is_taken_first[one.first] = is_taken_shadow[one.shadow] = true;
    pairs.push_back(one);
  }
  return pairs;
}

}  // namespace

int32_t Comparison::class_of_shadow(int32_t class_id) const {
  return class_id >= 0 && static_cast<size_t>(class_id) < classes_.size() ? classes_[static_cast<size_t>(class_id)]
                                                                          : -1;
}

void Comparison::add(const std::vector<ComparedBox>& first, const std::vector<ComparedBox>& shadow) {
  std::vector<ComparedBox> mapped;
  for (ComparedBox one : shadow) {
    one.class_id = class_of_shadow(one.class_id);
    if (one.class_id >= 0) mapped.push_back(one);
  }
  std::vector<Pair> pairs = pairs_of(first, mapped);
  std::lock_guard lock(mutex_);
  auto of_class = [this](int32_t id) -> ClassComparison& {
    return per_class_.try_emplace(id, ClassComparison{id, 0, 0, 0}).first->second;
  };
  frames_++;
  for (const ComparedBox& one : first) of_class(one.class_id).first++;
  for (const ComparedBox& one : mapped) of_class(one.class_id).shadow++;
  for (const Pair& one : pairs) {
    of_class(first[one.first].class_id).matched++;
    iou_sum_ += static_cast<double>(one.iou);
  }
  matched_ += pairs.size();
}

ComparisonTotal Comparison::total() const {
  std::lock_guard lock(mutex_);
  ComparisonTotal total;
  total.frames = frames_;
  for (const auto& [id, one] : per_class_) total.per_class.push_back(one);
  if (matched_ > 0) total.iou_mean = iou_sum_ / static_cast<double>(matched_);
  return total;
}

}  // namespace vedette

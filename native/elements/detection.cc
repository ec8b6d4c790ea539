#include "detection.h"

#include <algorithm>
#include <cmath>

namespace vedette {
namespace {

bool wanted(const Detection& one, const InferConfig& config) {
  const int id = static_cast<int>(one.class_id);
  if (config.filter_out_classes.count(id) > 0) return false;
  const ClassAttributes& of = config.of_class(id);
  if (!std::isfinite(one.left + one.top + one.width + one.height) || one.width <= 0 || one.height <= 0) return false;
  return one.confidence >= of.pre_cluster_threshold;
}

bool in_limits(const Detection& one, const InferConfig& config) {
  const ClassAttributes& of = config.of_class(static_cast<int>(one.class_id));
  if (one.confidence < of.post_cluster_threshold) return false;
  if (one.width < of.min_width || one.height < of.min_height) return false;
  return (of.max_width <= 0 || one.width <= of.max_width) && (of.max_height <= 0 || one.height <= of.max_height);
}

}  // namespace

float iou(const Detection& a, const Detection& b) {
  const float width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
  const float height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}

std::vector<Detection> cluster(std::vector<Detection> found, const InferConfig& config) {
  found.erase(std::remove_if(found.begin(), found.end(), [&](const Detection& one) { return !wanted(one, config); }),
              found.end());
  std::stable_sort(found.begin(), found.end(),
                   [](const Detection& a, const Detection& b) { return a.confidence > b.confidence; });
  std::vector<Detection> kept;
  std::map<unsigned, int> counts;
  for (const Detection& one : found) {
    const ClassAttributes& of = config.of_class(static_cast<int>(one.class_id));
    if (of.topk >= 0 && counts[one.class_id] >= of.topk) continue;
    const bool covered =
        config.cluster == Cluster::kNms && std::any_of(kept.begin(), kept.end(), [&](const Detection& better) {
          return better.class_id == one.class_id && iou(better, one) > of.nms_iou_threshold;
        });
    if (covered || !in_limits(one, config)) continue;
    kept.push_back(one);
    counts[one.class_id]++;
  }
  return kept;
}

}  // namespace vedette

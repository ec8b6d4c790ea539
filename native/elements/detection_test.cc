// Clustering, by hand.
#include "elements/detection.h"

#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

InferConfig with(float threshold, float nms) {
  InferConfig config;
  config.all.pre_cluster_threshold = threshold;
  config.all.nms_iou_threshold = nms;
  return config;
}

void overlaps() {
  CHECK_NEAR(iou({0, 0, 0, 10, 10, 1}, {0, 5, 0, 10, 10, 1}), 50.0 / 150.0, 1e-6);
  CHECK_EQUAL(iou({0, 0, 0, 10, 10, 1}, {0, 10, 0, 10, 10, 1}), 0.0F);
  CHECK_EQUAL(iou({0, 0, 0, 10, 10, 1}, {0, 0, 0, 10, 10, 1}), 1.0F);
}

void suppresses() {
  // The second overlaps the first by 0.33, the third by 0.82; the fourth is of another class.
  const std::vector<Detection> kept =
      cluster({{0, 5, 0, 10, 10, 0.6F}, {0, 0, 0, 10, 10, 0.9F}, {0, 1, 0, 10, 10, 0.8F}, {1, 0, 0, 10, 10, 0.7F}},
              with(0.2F, 0.5F));
  CHECK_EQUAL(kept.size(), 3U);
  CHECK_EQUAL(kept[0].confidence, 0.9F);
  CHECK_EQUAL(kept[1].class_id, 1U);
  CHECK_EQUAL(kept[2].left, 5.0F);
}

void keeps_all_without_nms() {
  InferConfig config = with(0.2F, 0.5F);
  config.cluster = Cluster::kNone;
  CHECK_EQUAL(cluster({{0, 0, 0, 10, 10, 0.9F}, {0, 0, 0, 10, 10, 0.8F}, {0, 0, 0, 9, 9, 0.1F}}, config).size(), 2U);
}

void limits() {
  InferConfig config = with(0.5F, 0.5F);
  config.filter_out_classes = {3};
  config.by_class[1] = config.all;
  config.by_class[1].pre_cluster_threshold = 0.8F;
  config.by_class[2] = config.all;
  config.by_class[2].topk = 1;
  config.by_class[4] = config.all;
  config.by_class[4].min_width = 20;
  const std::vector<Detection> kept = cluster({{0, 0, 0, 10, 10, 0.49F},
                                               {1, 0, 0, 10, 10, 0.7F},
                                               {2, 0, 0, 10, 10, 0.6F},
                                               {2, 50, 0, 10, 10, 0.9F},
                                               {3, 0, 0, 10, 10, 0.9F},
                                               {4, 0, 0, 10, 10, 0.9F},
                                               {4, 0, 0, -3, 10, 0.9F},
                                               {4, 0, 0, 25, 10, 0.5F}},
                                              config);
  CHECK_EQUAL(kept.size(), 2U);
  CHECK_EQUAL(kept[0].left, 50.0F);
  CHECK_EQUAL(kept[1].width, 25.0F);
}

}  // namespace

int main() {
  return check::run_all({
      {"overlap is intersection over union", overlaps},
      {"the best of overlapping boxes of a class stays", suppresses},
      {"cluster-mode 4 only applies the threshold", keeps_all_without_nms},
      {"thresholds, topk, sizes and the class filter are per class", limits},
  });
}

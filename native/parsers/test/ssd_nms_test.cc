#include "check.h"

int main() {
  // Top, left, bottom, right. In 200x100 pixels: left 20, top 20, right 100, bottom 80.
  Tensor boxes("detection_boxes", {3, 4});
  boxes.put(0, {0.2F, 0.1F, 0.8F, 0.5F, 0, 0, 1, 1, 0, 0, 1, 1});
  Tensor scores("detection_scores", {3});
  scores.put(0, {0.9F, 0.3F, 0.8F});
  Tensor classes("detection_classes", {3});
  classes.put(0, {2, 1, 1});
  Tensor count("num_detections", {1});
  count.put(0, {2});
  Result result = parse(NvDsInferParseCustomSsdNms, {count.layer(), scores.layer(), classes.layer(), boxes.layer()},
                        200, 100, {0.5F, 0.5F});
  claim(result.isRead && result.objects.size() == 1, "SSD with NMS stops at the count and drops weak ones");
  claimBox(result, 0, 1, 0.9F, {20, 20, 80, 60}, "SSD with NMS numbers TensorFlow's classes from 1");

  Tensor tfliteBoxes("TFLite_Detection_PostProcess", {3, 4});
  tfliteBoxes.values = boxes.values;
  Tensor tfliteClasses("TFLite_Detection_PostProcess:1", {3});
  tfliteClasses.put(0, {1, 0, 0});
  Tensor tfliteScores("TFLite_Detection_PostProcess:2", {3});
  tfliteScores.values = scores.values;
  Tensor tfliteCount("TFLite_Detection_PostProcess:3", {1});
  tfliteCount.put(0, {3});
  result = parse(NvDsInferParseCustomSsdNms,
                 {tfliteBoxes.layer(), tfliteClasses.layer(), tfliteScores.layer(), tfliteCount.layer()}, 200, 100,
                 {0.5F, 0.5F});
  claim(result.objects.size() == 2, "SSD with NMS reads TFLite's unnamed outputs in their order");
  claimBox(result, 0, 1, 0.9F, {20, 20, 80, 60}, "SSD with NMS numbers TFLite's classes from 0");
  claimBox(result, 1, 0, 0.8F, {0, 0, 200, 100}, "SSD with NMS covers the whole picture");

  result = parse(NvDsInferParseCustomSsdNms, {boxes.layer()}, 200, 100, {0.5F});
  claim(!result.isRead, "SSD with NMS refuses boxes without classes and scores");
  return verdict();
}

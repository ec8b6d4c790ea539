#include "check.h"

int main() {
  // Two classes. Boxes: centre (0.5, 0.5), size 0.2 x 0.4 in 200x100 pixels.
  Tensor boxes("pred_boxes", {3, 4});
  for (unsigned query = 0; query < 3; query++) boxes.put(query * 4, {0.5F, 0.5F, 0.2F, 0.4F});

  // e^2 / (e^2 + e^0 + e^0) = 0.786986; the second query is "no object".
  Tensor logits("pred_logits", {3, 3});
  logits.put(0, {0, 2, 0, 1, 0, 5, -20, -20, 0});
  Result result = parse(NvDsInferParseCustomDetr, {boxes.layer(), logits.layer()}, 200, 100, {0.5F, 0.5F});
  claim(result.isRead && result.objects.size() == 1, "DETR leaves out queries that say no object");
  claimBox(result, 0, 1, 0.786986F, {80, 30, 40, 40}, "DETR takes the softmax over all classes");

  // Without the last column: sigmoid(1) = 0.731059, sigmoid(-1) = 0.268941.
  Tensor sigmoids("logits", {3, 2}, -10.0F);
  sigmoids.put(0, {1, -1});
  result = parse(NvDsInferParseCustomDetr, {sigmoids.layer(), boxes.layer()}, 200, 100, {0.5F, 0.5F});
  claim(result.objects.size() == 1, "RT-DETR has no class for no object");
  claimBox(result, 0, 0, 0.731059F, {80, 30, 40, 40}, "RT-DETR takes a sigmoid per class");

  Tensor fewer("pred_logits", {2, 3});
  result = parse(NvDsInferParseCustomDetr, {boxes.layer(), fewer.layer()}, 200, 100, {0.5F, 0.5F});
  claim(!result.isRead, "DETR refuses logits and boxes of different numbers");
  return verdict();
}

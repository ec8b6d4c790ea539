#include "check.h"

int main() {
  // Two classes, 20 boxes of 100x100 pixels; box 3 is at (50, 40), 20 wide, 10 high.
  Tensor v8("output0", {1, 6, 20});
  float const box[] = {50, 40, 20, 10, 0.2F, 0.9F};
  for (unsigned number = 0; number < 6; number++) v8.put(number * 20 + 3, {box[number]});
  Result result = parse(NvDsInferParseCustomYoloV8, {v8.layer()}, 100, 100, {0.5F, 0.5F});
  claim(result.isRead && result.objects.size() == 1, "YOLOv8 is read number by number");
  claimBox(result, 0, 1, 0.9F, {40, 35, 20, 10}, "YOLOv8 has centre and size in pixels");

  Tensor turned("output0", {20, 6});
  turned.put(3 * 6, {50, 40, 20, 10, 0.9F, 0.2F});
  result = parse(NvDsInferParseCustomYoloV8, {turned.layer()}, 100, 100, {0.5F, 0.5F});
  claim(result.objects.size() == 1, "a turned YOLOv8 is read box by box");
  claimBox(result, 0, 0, 0.9F, {40, 35, 20, 10}, "a turned YOLOv8 has the same box");

  Tensor v5("output", {20, 7});
  v5.put(3 * 7, {50, 40, 20, 10, 0.5F, 0.2F, 0.9F});
  v5.put(4 * 7, {95, 95, 20, 20, 0.9F, 0.9F, 0.2F});
  result = parse(NvDsInferParseCustomYoloV8, {v5.layer()}, 100, 100, {0.5F, 0.5F});
  claim(result.objects.size() == 1, "YOLOv5 multiplies objectness and class: 0.45 stays out");
  claimBox(result, 0, 0, 0.81F, {85, 85, 15, 15}, "YOLOv5 boxes end at the picture's edge");

  // Per-class thresholds: the same output, class 1 wanted from 0.4.
  result = parse(NvDsInferParseCustomYoloV8, {v5.layer()}, 100, 100, {0.9F, 0.4F});
  claim(result.objects.size() == 1, "each class has its own threshold");
  claimBox(result, 0, 1, 0.45F, {40, 35, 20, 10}, "the weaker class comes through");

  result = parse(NvDsInferParseCustomYoloV8, {v5.layer()}, 100, 100, {0.5F, 0.5F, 0.5F, 0.5F, 0.5F});
  claim(!result.isRead, "YOLOv8 refuses a layer for another number of classes");
  return verdict();
}

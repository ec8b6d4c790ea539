#include "check.h"

int main() {
  // 64x32 pixels: 8x4 cells of stride 8, 4x2 of 16, 2x1 of 32. Two classes.
  Tensor output("output", {1, 42, 7});
  // Stride 16, cell (3, 1): centre (3.5, 1.25) cells = (56, 20) pixels; e^0 = 1 and e^0.693147 = 2 cells.
  output.put((32 + 7) * 7, {0.5F, 0.25F, 0.0F, 0.693147F, 0.8F, 0.1F, 0.9F});
  // Strong class, weak objectness: 0.3 * 0.9 = 0.27 stays out.
  output.put(0, {0.5F, 0.5F, 0.0F, 0.0F, 0.3F, 0.9F, 0.0F});
  Result result = parse(NvDsInferParseCustomYoloX, {output.layer()}, 64, 32, {0.5F, 0.5F});
  claim(result.isRead && result.objects.size() == 1, "YOLOX multiplies objectness and class");
  claimBox(result, 0, 1, 0.72F, {48, 4, 16, 28}, "YOLOX decodes cells of its stride and keeps boxes inside");

  Tensor other("output", {40, 7});
  result = parse(NvDsInferParseCustomYoloX, {other.layer()}, 64, 32, {0.5F, 0.5F});
  claim(!result.isRead, "YOLOX refuses another number of cells");
  return verdict();
}

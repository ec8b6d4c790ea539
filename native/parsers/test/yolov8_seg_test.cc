#include <memory>

#include "check.h"

extern "C" bool NvDsInferParseCustomYoloV8Seg(std::vector<NvDsInferLayerInfo> const &, NvDsInferNetworkInfo const &,
                                              NvDsInferParseDetectionParams const &,
                                              std::vector<NvDsInferInstanceMaskInfo> &);

int main() {
  // One class, two prototypes of 10x10 cells, 20 boxes of a 100x100 input; box 3 covers cells 2 to 5 by 4 to 5.
  Tensor boxes("output0", {1, 7, 20});
  float const box[] = {40, 50, 40, 20, 0.9F, 1, -2};
  for (unsigned number = 0; number < 7; number++) boxes.put(number * 20 + 3, {box[number]});
  Tensor prototypes("output1", {1, 2, 10, 10});
  prototypes.put(4 * 10 + 2, {3, 3, 3, 3});        // of the first, row 4
  prototypes.put(100 + 5 * 10 + 2, {0, 0, 4, 4});  // of the second, row 5
  std::vector<NvDsInferInstanceMaskInfo> objects;
  NvDsInferNetworkInfo const network{100, 100, 3};
  NvDsInferParseDetectionParams params{1, {0.5F}, {}, params.perClassPreclusterThreshold};
  bool const isRead = NvDsInferParseCustomYoloV8Seg({boxes.layer(), prototypes.layer()}, network, params, objects);
  claim(isRead && objects.size() == 1, "YOLOv8-seg is read number by number");
  if (objects.size() == 1) {
    NvDsInferInstanceMaskInfo const &one = objects[0];
    std::unique_ptr<float const[]> const mask(one.mask);
    claim(one.left == 20 && one.top == 40 && one.width == 40 && one.height == 20, "the box is in pixels of the input");
    claim(one.mask_width == 4 && one.mask_height == 2 && one.mask_size == 32, "the mask has the cells under the box");
    // sigmoid(3) inside, sigmoid(0) where no prototype speaks, sigmoid(-8) where the second speaks against it.
    float const expected[] = {0.9526F, 0.9526F, 0.9526F, 0.9526F, 0.5F, 0.5F, 0.0003F, 0.0003F};
    for (unsigned i = 0; i < 8; i++) claim(std::fabs(mask[i] - expected[i]) < 1e-3F, "a cell is the sum of prototypes");
  }
  objects.clear();
  claim(!NvDsInferParseCustomYoloV8Seg({boxes.layer()}, network, params, objects), "without prototypes it is refused");
  return verdict();
}

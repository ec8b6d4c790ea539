#include "check.h"

namespace {

/** Two classes and a background, nothing detected: logits of -10 are 0.00005. */
Tensor noClasses() { return Tensor("classes", {1917, 3}, -10.0F); }

void readsTheFirstAnchorAndTheLast() {
  Tensor boxes("boxes", {1917, 4});
  Tensor classes = noClasses();
  // Logit 2 is 0.880797. Anchor 0: centre 0.5/19, size 0.1 of 300 pixels: 7.895 ± 15, cut off at the picture's edge.
  classes.put(0 * 3 + 1, {2.0F});
  // The last anchor: the 1x1 map, ratio between scale 0.95 and 1: sqrt(0.95) = 0.974679. Centre 150, size 292.404.
  classes.put(1916 * 3 + 2, {0.0F});
  Result const result = parse(NvDsInferParseCustomSsdAnchors, {classes.layer(), boxes.layer()}, 300, 300, {0.5F, 0.5F});
  claim(result.isRead && result.objects.size() == 2, "SSD finds one box per confident anchor, layers in any order");
  claimBox(result, 0, 0, 0.880797F, {0, 0, 22.8947F, 22.8947F}, "SSD places the first anchor");
  claimBox(result, 1, 1, 0.5F, {3.79814F, 3.79814F, 292.4037F, 292.4037F}, "SSD places the last anchor");
}

void decodesMovementAndSize() {
  Tensor boxes("boxes", {1917, 4});
  Tensor classes = noClasses();
  // The 2x2 map begins after 1083+600+150+54 = 1887; anchors 6 … 11 of it are row 0, column 1.
  // Scale of layer 4: 0.2 + 0.75*4/5 = 0.8, ratio 1: 240 pixels, centre (225, 75).
  std::size_t const anchor = 1887 + 6;
  classes.put(anchor * 3 + 1, {1.0F});
  // y moves by 1/10 of 240 = 24 down, x by -2/10 = -48; height times exp(-5/5), width times exp(-5/5): 88.2911.
  boxes.put(anchor * 4, {1.0F, -2.0F, -5.0F, -5.0F});
  Result const result = parse(NvDsInferParseCustomSsdAnchors, {boxes.layer(), classes.layer()}, 300, 300, {0.5F, 0.5F});
  claim(result.objects.size() == 1, "SSD finds the moved box");
  claimBox(result, 0, 0, 0.731059F, {132.8545F, 54.8545F, 88.2911F, 88.2911F}, "SSD moves and scales an anchor");
}

void keepsBackgroundAndWeakOnesOut() {
  Tensor boxes("boxes", {1917, 4});
  Tensor classes = noClasses();
  classes.put(30, {9.0F, -9.0F, -9.0F});
  classes.put(60, {-9.0F, 0.3F, -9.0F});
  Result const result = parse(NvDsInferParseCustomSsdAnchors, {boxes.layer(), classes.layer()}, 300, 300, {0.6F, 0.6F});
  claim(result.isRead && result.objects.empty(),
        "SSD reports neither background nor what is below its class threshold");
}

void knowsTheAnchorsOf320() {
  Tensor boxes("boxes", {2034, 4});
  Tensor classes("classes", {2034, 2}, -10.0F);
  classes.put(0, {0.0F});
  Result const result = parse(NvDsInferParseCustomSsdAnchors, {boxes.layer(), classes.layer()}, 320, 320, {0.5F, 0.5F});
  // Without a background column. Centre 0.5/20 of 320 = 8, size 32, cut at 0.
  claim(result.objects.size() == 1, "SSD of 320 pixels has 2034 anchors");
  claimBox(result, 0, 0, 0.5F, {0, 0, 24, 24}, "SSD reads logits without a background column");
}

void refusesOtherShapes() {
  Tensor boxes("boxes", {1917, 4});
  Tensor classes("classes", {1917, 91});
  Result const result = parse(NvDsInferParseCustomSsdAnchors, {boxes.layer(), classes.layer()}, 300, 300, {0.5F, 0.5F});
  claim(!result.isRead && result.objects.empty(), "SSD refuses a class layer of another size");
}

}  // namespace

int main() {
  claim(vedette_parsers_object_size() == sizeof(NvDsInferObjectDetectionInfo), "the library tells its object size");
  readsTheFirstAnchorAndTheLast();
  decodesMovementAndSize();
  keepsBackgroundAndWeakOnesOut();
  knowsTheAnchorsOf320();
  refusesOtherShapes();
  return verdict();
}

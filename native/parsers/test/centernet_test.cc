#include "check.h"

namespace {

/** 32x16 pixels, map of 8x4 cells (stride 4), three classes. */
constexpr unsigned kCell = 2 * 8 + 5;

void findsPeaksOnly() {
  Tensor heat("hm", {3, 4, 8});
  heat.put(1 * 32 + kCell, {0.9F});
  // A neighbour above the threshold, yet no peak; the same place in another class is a peak of its own.
  heat.put(1 * 32 + kCell + 1, {0.8F});
  heat.put(2 * 32 + kCell + 1, {0.7F});
  Tensor sizes("wh", {2, 4, 8}, 2.0F);
  Tensor offsets("reg", {2, 4, 8});
  offsets.put(kCell, {0.5F});
  offsets.put(32 + kCell, {0.25F});
  Result const result =
      parse(NvDsInferParseCustomCenterNet, {sizes.layer(), offsets.layer(), heat.layer()}, 32, 16, {0.5F, 0.5F, 0.5F});
  claim(result.isRead && result.objects.size() == 2, "CenterNet takes one object per peak and class");
  // Cell (5, 2) + (0.5, 0.25) = (22, 9) pixels, 8x8; cell (6, 2) = (24, 8).
  claimBox(result, 0, 1, 0.9F, {18, 5, 8, 8}, "CenterNet adds the offset inside the cell");
  claimBox(result, 1, 2, 0.7F, {20, 4, 8, 8}, "CenterNet counts sizes in cells");
}

void readsLogitsAndDistancesChannelsLast() {
  Tensor heat("keypoints", {4, 8, 3}, -8.0F);
  heat.put(kCell * 3 + 2, {1.0F});
  Tensor sizes("wh", {4, 8, 4});
  sizes.put(kCell * 4, {3, 2, 5, 30});
  Result const result = parse(NvDsInferParseCustomCenterNet, {heat.layer(), sizes.layer()}, 32, 16, {0.5F, 0.5F, 0.5F});
  claim(result.isRead && result.objects.size() == 1, "TTFNet is read with its channels last");
  // Centre (20, 8): 3 to the left, 2 up, 5 to the right, and down to the edge. sigmoid(1) = 0.731059.
  claimBox(result, 0, 2, 0.731059F, {17, 6, 8, 10}, "TTFNet has distances in pixels and logits");
}

void refusesMapsOfDifferentSizes() {
  Tensor heat("hm", {3, 4, 8});
  Tensor sizes("wh", {2, 8, 8});
  Result const result = parse(NvDsInferParseCustomCenterNet, {heat.layer(), sizes.layer()}, 32, 16, {0.5F, 0.5F, 0.5F});
  claim(!result.isRead, "CenterNet refuses sizes of another map");
}

}  // namespace

int main() {
  findsPeaksOnly();
  readsLogitsAndDistancesChannelsLast();
  refusesMapsOfDifferentSizes();
  return verdict();
}

#include "check.h"

namespace {

/** 64x64 pixels: 64 cells of stride 8, 16 of 16, 4 of 32, 1 of 64. Two classes, three bins. */
struct Outputs {
  Tensor scores8{"scores_8", {64, 2}}, scores16{"scores_16", {16, 2}}, scores32{"scores_32", {4, 2}};
  Tensor boxes8{"boxes_8", {64, 12}}, boxes16{"boxes_16", {16, 12}}, boxes32{"boxes_32", {4, 12}};

  std::vector<NvDsInferLayerInfo> layers() {
    return {boxes32.layer(), scores8.layer(), boxes8.layer(), scores32.layer(), scores16.layer(), boxes16.layer()};
  }
};

void expectsDistances() {
  Outputs outputs;
  // Stride 16, cell 6: column 2, row 1, centre (40, 24).
  outputs.scores16.put(6 * 2, {0.1F, 0.7F});
  // Left: all mass on bin 1 = 16 pixels. Top: even over three bins, mean 1 = 16. Right: even over bins 0 and 1 = 8.
  // Bottom: bin 2 = 32 pixels.
  outputs.boxes16.put(6 * 12, {-50, 0, -50, 0, 0, 0, 3, 3, -50, -50, -50, 0});
  Result const result = parse(NvDsInferParseCustomNanoDet, outputs.layers(), 64, 64, {0.5F, 0.5F});
  claim(result.isRead && result.objects.size() == 1, "NanoDet pairs its layers by rows, in any order");
  claimBox(result, 0, 1, 0.7F, {24, 8, 24, 48}, "NanoDet turns distributions into distances");
}

void readsEveryStride() {
  Outputs outputs;
  outputs.scores8.put(0, {0.6F, 0.2F});
  outputs.scores32.put(3 * 2, {0.9F, 0.2F});
  // Even distributions: one stride to each side. Stride 8, centre (4, 4), cut at 0; stride 32, centre (48, 48), at 64.
  Result const result = parse(NvDsInferParseCustomNanoDet, outputs.layers(), 64, 64, {0.5F, 0.5F});
  claim(result.objects.size() == 2, "NanoDet reads near and far objects");
  claimBox(result, 0, 0, 0.6F, {0, 0, 12, 12}, "NanoDet places stride 8");
  claimBox(result, 1, 0, 0.9F, {16, 16, 48, 48}, "NanoDet places stride 32");
}

void readsPlusInOneLayer() {
  // 64 + 16 + 4 + 1 cells, 2 + 4*3 numbers. Four strides: centres are the corners of cells.
  Tensor whole("output", {85, 14});
  whole.put((64 + 5) * 14, {0.8F, 0.1F});
  Result const result = parse(NvDsInferParseCustomNanoDet, {whole.layer()}, 64, 64, {0.5F, 0.5F});
  claim(result.objects.size() == 1, "NanoDet-Plus is read from its one layer");
  claimBox(result, 0, 0, 0.8F, {0, 0, 32, 32}, "NanoDet-Plus has its centres on the corners of cells");
}

void readsOneLayerOfThreeStrides() {
  Tensor whole("output", {84, 14});
  whole.put((64 + 5) * 14, {0.8F, 0.1F});
  Result const result = parse(NvDsInferParseCustomNanoDet, {whole.layer()}, 64, 64, {0.5F, 0.5F});
  claim(result.objects.size() == 1, "NanoDet is read from one layer");
  claimBox(result, 0, 0, 0.8F, {8, 8, 32, 32}, "NanoDet has its centres in the middle of cells");
}

void refusesHalfOfTheLayers() {
  Outputs outputs;
  Result const result =
      parse(NvDsInferParseCustomNanoDet, {outputs.boxes8.layer(), outputs.scores8.layer(), outputs.scores16.layer()},
            64, 64, {0.5F, 0.5F});
  claim(!result.isRead, "NanoDet refuses a stride without its distances");
}

}  // namespace

int main() {
  expectsDistances();
  readsEveryStride();
  readsPlusInOneLayer();
  readsOneLayerOfThreeStrides();
  refusesHalfOfTheLayers();
  return verdict();
}

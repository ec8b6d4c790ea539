// SSD without post-processing in the graph: box encodings [N,4] (y, x, height, width) and class logits [N,C] or
// [N,C+1].
//
// Anchors are those of the TensorFlow Object Detection API's `ssd_anchor_generator` for MobileNet SSDs, which MediaPipe
// took over (SsdAnchorsCalculatorOptions of object_detection_oidv4): six layers from stride 16, scales 0.2 … 0.95,
// aspect ratios 1, 2, 1/2, 3, 1/3 and one between two scales; the lowest layer has three. They follow from the input
// size, so that no key says them: 300 gives 1917, 320 gives 2034. Box coder scales are 10, 10, 5, 5.
#include <cmath>

#include "detections.h"
#include "layer.h"

namespace vedette {
namespace {

constexpr unsigned kLayers = 6;

struct Size {
  float width, height;
};

struct Grid {
  unsigned columns, rows;
  std::vector<Size> sizes;
};

/** MobileNet halves with SAME padding, so every size is rounded up. */
unsigned cells(unsigned pixels, unsigned layer) {
  unsigned const stride = 16U << layer;
  return (pixels + stride - 1) / stride;
}

float scaleOf(unsigned layer) { return layer < kLayers ? 0.2F + 0.75F * static_cast<float>(layer) / 5.0F : 1.0F; }

std::vector<Size> sizesOf(unsigned layer) {
  float const scale = scaleOf(layer);
  auto const stretched = [&](float ratio) { return Size{scale * std::sqrt(ratio), scale / std::sqrt(ratio)}; };
  if (layer == 0) return {{0.1F, 0.1F}, stretched(2.0F), stretched(0.5F)};
  float const between = std::sqrt(scale * scaleOf(layer + 1));
  return {stretched(1.0F), stretched(2.0F), stretched(0.5F), stretched(3.0F), stretched(0.3333F), {between, between}};
}

std::vector<Grid> gridsOf(NvDsInferNetworkInfo const &network) {
  std::vector<Grid> grids;
  for (unsigned layer = 0; layer < kLayers; layer++) {
    grids.push_back({cells(network.width, layer), cells(network.height, layer), sizesOf(layer)});
  }
  return grids;
}

std::size_t countOf(std::vector<Grid> const &grids) {
  std::size_t count = 0;
  for (Grid const &grid : grids) count += grid.sizes.size() * grid.columns * grid.rows;
  return count;
}

/** y, x, height and width relative to the anchor, in 0 … 1 of the input. */
Box decode(float const *code, float x, float y, Size anchor, NvDsInferNetworkInfo const &network) {
  auto const width = static_cast<float>(network.width);
  auto const height = static_cast<float>(network.height);
  return boxAround((code[1] / 10.0F * anchor.width + x) * width, (code[0] / 10.0F * anchor.height + y) * height,
                   std::exp(code[3] / 5.0F) * anchor.width * width, std::exp(code[2] / 5.0F) * anchor.height * height);
}

}  // namespace
}  // namespace vedette

VEDETTE_EXPORT bool NvDsInferParseCustomSsdAnchors(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                                   NvDsInferNetworkInfo const &networkInfo,
                                                   NvDsInferParseDetectionParams const &detectionParams,
                                                   std::vector<NvDsInferObjectDetectionInfo> &objectList) {
  using namespace vedette;
  Detections detections(networkInfo, detectionParams, objectList);
  std::vector<Grid> const grids = gridsOf(networkInfo);
  std::size_t const count = countOf(grids);
  unsigned const classes = detections.classes();
  std::vector<Layer> const layers = readLayers(outputLayersInfo);
  Layer const *boxes = nullptr;
  Layer const *scores = nullptr;
  for (Layer const &layer : layers) {
    // Some exporters keep TensorFlow's [N,1,4].
    if (layer.rows() != count) continue;
    bool const isScores = layer.columns() == classes || layer.columns() == classes + 1;
    if (layer.columns() == 4 && !(isScores && layer.isCalled({"class", "score"})))
      boxes = &layer;
    else if (isScores)
      scores = &layer;
  }
  if (boxes == nullptr || scores == nullptr) {
    std::string const n = std::to_string(count);
    return refuse("NvDsInferParseCustomSsdAnchors", layers,
                  "boxes [" + n + ",4] and classes [" + n + "," + std::to_string(classes) + " or " +
                      std::to_string(classes + 1) + "]");
  }
  unsigned const columns = scores->columns();
  unsigned const background = columns - classes;
  std::size_t anchor = 0;
  for (Grid const &grid : grids) {
    for (unsigned row = 0; row < grid.rows; row++) {
      for (unsigned column = 0; column < grid.columns; column++) {
        for (Size const &size : grid.sizes) {
          Best const best = highest(scores->values() + anchor * columns + background, classes);
          float const confidence = sigmoid(best.value);
          if (detections.isWanted(best.index, confidence)) {
            float const x = (static_cast<float>(column) + 0.5F) / static_cast<float>(grid.columns);
            float const y = (static_cast<float>(row) + 0.5F) / static_cast<float>(grid.rows);
            detections.add(best.index, confidence, decode(boxes->values() + anchor * 4, x, y, size, networkInfo));
          }
          anchor++;
        }
      }
    }
  }
  return true;
}

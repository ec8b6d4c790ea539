// YOLOv8-seg and 11-seg: a layer [4+C+M,N] of boxes in pixels of the input, class scores and mask coefficients, and a
// layer [M,H,W] of prototypes. An object's mask is the sum of the prototypes by its coefficients, where its box is.
#include "detections.h"
#include "layer.h"

namespace vedette {
namespace {

/** The cells of the prototypes that a box covers; at least one. */
struct Cells {
  unsigned left, top, width, height;
};

Cells cellsOf(NvDsInferInstanceMaskInfo const &object, Layer const &prototypes, NvDsInferNetworkInfo const &network) {
  unsigned const high = prototypes.shape[1];
  unsigned const wide = prototypes.shape[2];
  float const x = static_cast<float>(wide) / static_cast<float>(network.width);
  float const y = static_cast<float>(high) / static_cast<float>(network.height);
  auto const cell = [](float at, unsigned most) { return std::min(static_cast<unsigned>(std::lround(at)), most); };
  unsigned const left = cell(object.left * x, wide - 1);
  unsigned const top = cell(object.top * y, high - 1);
  unsigned const right = std::max(cell((object.left + object.width) * x, wide), left + 1);
  unsigned const bottom = std::max(cell((object.top + object.height) * y, high), top + 1);
  return {left, top, right - left, bottom - top};
}

/** Coefficient k is at coefficients[k * step]. */
void addMask(NvDsInferInstanceMaskInfo &object, Layer const &prototypes, NvDsInferNetworkInfo const &network,
             float const *coefficients, unsigned step) {
  Cells const cells = cellsOf(object, prototypes, network);
  std::size_t const plane = static_cast<std::size_t>(prototypes.shape[1]) * prototypes.shape[2];
  object.mask_width = cells.width;
  object.mask_height = cells.height;
  object.mask_size = static_cast<unsigned>(sizeof(float)) * cells.width * cells.height;
  object.mask = new float[static_cast<std::size_t>(cells.width) * cells.height]();
  for (unsigned k = 0; k < prototypes.shape[0]; k++) {
    float const by = coefficients[static_cast<std::size_t>(k) * step];
    float *to = object.mask;
    for (unsigned y = cells.top; y < cells.top + cells.height; y++) {
      float const *from = prototypes.values() + k * plane + static_cast<std::size_t>(y) * prototypes.shape[2];
      for (unsigned x = cells.left; x < cells.left + cells.width; x++) *to++ += by * from[x];
    }
  }
  for (std::size_t i = 0; i < object.mask_size / sizeof(float); i++) object.mask[i] = sigmoid(object.mask[i]);
}

}  // namespace
}  // namespace vedette

VEDETTE_EXPORT bool NvDsInferParseCustomYoloV8Seg(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                                  NvDsInferNetworkInfo const &networkInfo,
                                                  NvDsInferParseDetectionParams const &detectionParams,
                                                  std::vector<NvDsInferInstanceMaskInfo> &objectList) {
  using namespace vedette;
  std::vector<Layer> const layers = readLayers(outputLayersInfo);
  unsigned const classes = detectionParams.numClassesConfigured;
  Layer const *prototypes = nullptr;
  for (Layer const &layer : layers) {
    if (layer.shape.size() == 3) prototypes = &layer;
  }
  Layer const *boxes = nullptr;
  for (Layer const &layer : layers) {
    if (prototypes != nullptr && layer.isMatrix() && layer.rows() == 4 + classes + prototypes->shape[0]) boxes = &layer;
  }
  if (boxes == nullptr || prototypes == nullptr) {
    return refuse("NvDsInferParseCustomYoloV8Seg", layers,
                  "a layer [M,H,W] of prototypes and one [" + std::to_string(4 + classes) + "+M,N] of boxes");
  }
  unsigned const step = boxes->columns();
  for (unsigned i = 0; i < step; i++) {
    float const *box = boxes->values() + i;
    auto const at = [&](unsigned number) { return box[static_cast<std::size_t>(number) * step]; };
    Best const best = highest(box + static_cast<std::size_t>(4) * step, classes, step);
    // One object at a time, so that a box has the same thresholds and limits as without a mask.
    std::vector<NvDsInferObjectDetectionInfo> found;
    Detections(networkInfo, detectionParams, found).add(best.index, best.value, boxAround(at(0), at(1), at(2), at(3)));
    for (NvDsInferObjectDetectionInfo const &one : found) {
      NvDsInferInstanceMaskInfo object{};
      object.classId = one.classId;
      object.left = one.left;
      object.top = one.top;
      object.width = one.width;
      object.height = one.height;
      object.detectionConfidence = one.detectionConfidence;
      addMask(object, *prototypes, networkInfo, box + static_cast<std::size_t>(4 + classes) * step, step);
      objectList.push_back(object);
    }
  }
  return true;
}

// YOLOX as its export_onnx.py writes it: [N,5+C], per cell of strides 8, 16 and 32: centre offset and log size in
// cells, objectness and class scores (both already through the sigmoid). Grid decoding is left to the reader of the
// output.
#include <cmath>

#include "detections.h"
#include "layer.h"

VEDETTE_EXPORT bool NvDsInferParseCustomYoloX(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                              NvDsInferNetworkInfo const &networkInfo,
                                              NvDsInferParseDetectionParams const &detectionParams,
                                              std::vector<NvDsInferObjectDetectionInfo> &objectList) {
  using namespace vedette;
  Detections detections(networkInfo, detectionParams, objectList);
  std::vector<Layer> const layers = readLayers(outputLayersInfo);
  unsigned const step = 5 + detections.classes();
  unsigned count = 0;
  for (unsigned stride : {8U, 16U, 32U}) count += (networkInfo.width / stride) * (networkInfo.height / stride);
  if (layers.size() != 1 || !layers[0].isMatrix() || layers[0].rows() != count || layers[0].columns() != step) {
    return refuse("NvDsInferParseCustomYoloX", layers,
                  "one layer [" + std::to_string(count) + "," + std::to_string(step) + "]");
  }
  float const *row = layers[0].values();
  for (unsigned stride : {8U, 16U, 32U}) {
    auto const pixels = static_cast<float>(stride);
    for (unsigned y = 0; y < networkInfo.height / stride; y++) {
      for (unsigned x = 0; x < networkInfo.width / stride; x++, row += step) {
        Best const best = highest(row + 5, detections.classes());
        float const confidence = row[4] * best.value;
        if (!detections.isWanted(best.index, confidence)) continue;
        detections.add(best.index, confidence,
                       boxAround((row[0] + static_cast<float>(x)) * pixels, (row[1] + static_cast<float>(y)) * pixels,
                                 std::exp(row[2]) * pixels, std::exp(row[3]) * pixels));
      }
    }
  }
  return true;
}

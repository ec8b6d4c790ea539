// DETR and its descendants: class logits and boxes [N,4] (centre and size, 0…1).
//   logits [N,C+1]  DETR: softmax, the last class means "no object"
//   logits [N,C]    Deformable DETR, RT-DETR: a sigmoid per class
#include <cmath>

#include "detections.h"
#include "layer.h"

namespace vedette {
namespace {

/** Probability of the best class, given all logits of a query. */
float softmaxOf(float logit, float const *logits, unsigned count) {
  float const top = highest(logits, count).value;
  float sum = 0;
  for (unsigned i = 0; i < count; i++) sum += std::exp(logits[i] - top);
  return std::exp(logit - top) / sum;
}

}  // namespace
}  // namespace vedette

VEDETTE_EXPORT bool NvDsInferParseCustomDetr(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                             NvDsInferNetworkInfo const &networkInfo,
                                             NvDsInferParseDetectionParams const &detectionParams,
                                             std::vector<NvDsInferObjectDetectionInfo> &objectList) {
  using namespace vedette;
  Detections detections(networkInfo, detectionParams, objectList);
  std::vector<Layer> const layers = readLayers(outputLayersInfo);
  unsigned const classes = detections.classes();
  Layer const *logits = nullptr;
  Layer const *boxes = nullptr;
  for (Layer const &layer : layers) {
    if (!layer.isMatrix()) continue;
    bool const isLogits = layer.columns() == classes || layer.columns() == classes + 1;
    if (layer.columns() == 4 && !(isLogits && layer.isCalled({"logit", "class", "score"})))
      boxes = &layer;
    else if (isLogits)
      logits = &layer;
  }
  if (logits == nullptr || boxes == nullptr || logits->rows() != boxes->rows()) {
    return refuse("NvDsInferParseCustomDetr", layers,
                  "logits [N," + std::to_string(classes) + " or " + std::to_string(classes + 1) + "] and boxes [N,4]");
  }
  unsigned const columns = logits->columns();
  auto const width = static_cast<float>(networkInfo.width);
  auto const height = static_cast<float>(networkInfo.height);
  for (unsigned query = 0; query < boxes->rows(); query++) {
    float const *row = logits->values() + static_cast<std::size_t>(query) * columns;
    float const *box = boxes->values() + static_cast<std::size_t>(query) * 4;
    Best const best = highest(row, classes);
    float const confidence = columns > classes ? softmaxOf(best.value, row, columns) : sigmoid(best.value);
    detections.add(best.index, confidence, boxAround(box[0] * width, box[1] * height, box[2] * width, box[3] * height));
  }
  return true;
}

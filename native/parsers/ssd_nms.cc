// SSD whose graph ends in non-maximum suppression: boxes [N,4] (top, left, bottom, right; 0…1), classes [N], scores [N]
// and the number of valid ones [1]. Made by the TensorFlow Object Detection API (detection_boxes, …, classes from 1)
// and by TFLite_Detection_PostProcess (classes from 0).
#include "detections.h"
#include "layer.h"

namespace vedette {
namespace {

struct Outputs {
  Layer const *boxes = nullptr;
  Layer const *classes = nullptr;
  Layer const *scores = nullptr;
  Layer const *count = nullptr;
};

/** By name where it says; the rest in TFLite's order: boxes, classes, scores, count. */
Outputs find(std::vector<Layer> const &layers) {
  Outputs found;
  std::vector<Layer const *> unnamed;
  for (Layer const &layer : layers) {
    if (layer.isCalled({"num"}) && layer.size() == 1)
      found.count = &layer;
    else if (layer.isCalled({"score"}) && layer.columns() == layer.size())
      found.scores = &layer;
    else if (layer.isCalled({"class"}) && layer.columns() == layer.size())
      found.classes = &layer;
    else if (layer.isMatrix() && layer.columns() == 4 && found.boxes == nullptr)
      found.boxes = &layer;
    else
      unnamed.push_back(&layer);
  }
  for (Layer const *layer : unnamed) {
    bool const isList = found.boxes != nullptr && layer->size() == found.boxes->rows();
    if (isList && found.classes == nullptr)
      found.classes = layer;
    else if (isList && found.scores == nullptr)
      found.scores = layer;
    else if (layer->size() == 1 && found.count == nullptr)
      found.count = layer;
  }
  return found;
}

}  // namespace
}  // namespace vedette

VEDETTE_EXPORT bool NvDsInferParseCustomSsdNms(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                               NvDsInferNetworkInfo const &networkInfo,
                                               NvDsInferParseDetectionParams const &detectionParams,
                                               std::vector<NvDsInferObjectDetectionInfo> &objectList) {
  using namespace vedette;
  Detections detections(networkInfo, detectionParams, objectList);
  std::vector<Layer> const layers = readLayers(outputLayersInfo);
  Outputs const found = find(layers);
  bool const isWhole = found.boxes != nullptr && found.classes != nullptr && found.scores != nullptr &&
                       found.classes->size() == found.boxes->rows() && found.scores->size() == found.boxes->rows();
  if (!isWhole) {
    return refuse("NvDsInferParseCustomSsdNms", layers, "boxes [N,4], classes [N], scores [N] and a count [1]");
  }
  int const firstClass = found.classes->isCalled({"detection_classes"}) ? 1 : 0;
  unsigned const rows = found.boxes->rows();
  float const counted = found.count != nullptr ? found.count->values()[0] : static_cast<float>(rows);
  auto const valid = static_cast<unsigned>(std::min(std::max(counted, 0.0F), static_cast<float>(rows)));
  auto const width = static_cast<float>(networkInfo.width);
  auto const height = static_cast<float>(networkInfo.height);
  for (unsigned i = 0; i < valid; i++) {
    int const classId = static_cast<int>(found.classes->values()[i]) - firstClass;
    if (classId < 0) continue;
    float const *box = found.boxes->values() + static_cast<std::size_t>(i) * 4;
    detections.add(static_cast<unsigned>(classId), found.scores->values()[i],
                   {box[1] * width, box[0] * height, box[3] * width, box[2] * height});
  }
  return true;
}

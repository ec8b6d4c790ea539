// One layer of boxes in pixels of the input (centre and size), told apart by its shape:
//   [N,5+C]  YOLOv5 and v7: box, objectness, class scores; confidence is their product
//   [4+C,N]  YOLOv8, v9, 11: box and class scores, one row per number rather than per box
//   [N,4+C]  the same turned, as some exporters do
#include "detections.h"
#include "layer.h"

namespace vedette {
namespace {

struct Shape {
  unsigned boxes;
  /** Distance between the numbers of one box, and between two boxes. */
  unsigned numberStep, boxStep;
  bool hasObjectness;
};

/** boxes == 0 when the shape is none of the three. More boxes than numbers per box tells [4+C,N] from [N,4+C]. */
Shape shapeOf(Layer const &layer, unsigned classes) {
  if (!layer.isMatrix()) return {};
  unsigned const rows = layer.rows();
  unsigned const columns = layer.columns();
  if (rows == 4 + classes && columns > rows) return {columns, columns, 1, false};
  if (columns == 5 + classes) return {rows, 1, columns, true};
  if (columns == 4 + classes) return {rows, 1, columns, false};
  if (rows == 4 + classes) return {columns, columns, 1, false};
  return {};
}

}  // namespace
}  // namespace vedette

VEDETTE_EXPORT bool NvDsInferParseCustomYoloV8(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                               NvDsInferNetworkInfo const &networkInfo,
                                               NvDsInferParseDetectionParams const &detectionParams,
                                               std::vector<NvDsInferObjectDetectionInfo> &objectList) {
  using namespace vedette;
  Detections detections(networkInfo, detectionParams, objectList);
  std::vector<Layer> const layers = readLayers(outputLayersInfo);
  unsigned const classes = detections.classes();
  Shape shape{};
  Layer const *found = nullptr;
  // YOLOv5 exports its three raw heads beside the joined one; segmentation exports add prototypes.
  for (Layer const &layer : layers) {
    Shape const candidate = shapeOf(layer, classes);
    if (candidate.boxes > shape.boxes) {
      shape = candidate;
      found = &layer;
    }
  }
  if (found == nullptr) {
    return refuse("NvDsInferParseCustomYoloV8", layers,
                  "a layer [N," + std::to_string(5 + classes) + "] or [" + std::to_string(4 + classes) + ",N]");
  }
  for (unsigned i = 0; i < shape.boxes; i++) {
    float const *box = found->values() + static_cast<std::size_t>(i) * shape.boxStep;
    auto const at = [&](unsigned number) { return box[static_cast<std::size_t>(number) * shape.numberStep]; };
    unsigned const firstClass = shape.hasObjectness ? 5 : 4;
    Best const best = highest(box + static_cast<std::size_t>(firstClass) * shape.numberStep, classes, shape.numberStep);
    float const confidence = shape.hasObjectness ? at(4) * best.value : best.value;
    detections.add(best.index, confidence, boxAround(at(0), at(1), at(2), at(3)));
  }
  return true;
}

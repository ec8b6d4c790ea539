// CenterNet ("Objects as Points", Zhou et al. 2019) and TTFNet: a heat map whose 3x3 peaks are objects, and their
// sizes.
//   heat map  [C,H,W] or [H,W,C], as logits or through the sigmoid
//   sizes     2 numbers: width and height in cells of the map; 4 numbers (TTFNet): distances from the centre to left,
//             top, right and bottom in pixels of the input
//   offsets   2 numbers, optional (a layer called "reg" or "off…"): where in its cell the centre lies
#include <cmath>

#include "detections.h"
#include "layer.h"

namespace vedette {
namespace {

/** A picture of numbers, read by channel, row and column whichever axis comes first. */
struct Map {
  float const *values = nullptr;
  unsigned channels = 0, rows = 0, columns = 0;
  std::size_t channelStep = 0, cellStep = 0;

  float at(unsigned channel, std::size_t cell) const { return values[channel * channelStep + cell * cellStep]; }
};

Map channelsLast(Layer const &layer, unsigned channels) {
  if (layer.shape.size() != 3 || layer.shape[2] != channels) return {};
  return {layer.values(), channels, layer.shape[0], layer.shape[1], 1, channels};
}

/** The channels stand first or last; `values` stays null when neither axis has that many. */
Map mapOf(Layer const &layer, unsigned channels) {
  if (layer.shape.size() != 3 || layer.shape[0] != channels) return channelsLast(layer, channels);
  unsigned const rows = layer.shape[1];
  unsigned const columns = layer.shape[2];
  return {layer.values(), channels, rows, columns, static_cast<std::size_t>(rows) * columns, 1};
}

bool isPeak(Map const &heat, unsigned channel, unsigned row, unsigned column) {
  float const value = heat.at(channel, static_cast<std::size_t>(row) * heat.columns + column);
  for (unsigned y = row > 0 ? row - 1 : 0; y <= row + 1 && y < heat.rows; y++) {
    for (unsigned x = column > 0 ? column - 1 : 0; x <= column + 1 && x < heat.columns; x++) {
      if (heat.at(channel, static_cast<std::size_t>(y) * heat.columns + x) > value) return false;
    }
  }
  return true;
}

/** A sigmoid never leaves 0 … 1; logits of a heat map nearly always do, most of it being background. */
bool isLogits(Layer const &layer) {
  return std::any_of(layer.values(), layer.values() + layer.size(), [](float value) { return value < 0 || value > 1; });
}

struct Outputs {
  Map heat, sizes, offsets;
  bool hasLogits = false;
};

/** A map of the same cells as the heat map. */
Map mapBeside(Map const &heat, Layer const &layer, unsigned channels) {
  for (Map const &map : {mapOf(layer, channels), channelsLast(layer, channels)}) {
    if (map.values != nullptr && map.rows == heat.rows && map.columns == heat.columns) return map;
  }
  return {};
}

Outputs find(std::vector<Layer> const &layers, unsigned classes) {
  Outputs found;
  Layer const *heat = nullptr;
  for (Layer const &layer : layers) {
    Map const map = mapOf(layer, classes);
    // With two or four classes the shape does not tell, the name has to.
    if (heat != nullptr || map.values == nullptr || layer.isCalled({"wh", "size", "box", "reg", "off"})) continue;
    heat = &layer;
    found.heat = map;
    found.hasLogits = isLogits(layer);
  }
  for (Layer const &layer : layers) {
    if (heat == nullptr || &layer == heat) continue;
    Map const two = mapBeside(found.heat, layer, 2);
    Map const four = mapBeside(found.heat, layer, 4);
    if (two.values != nullptr && layer.isCalled({"reg", "off"}))
      found.offsets = two;
    else if (four.values != nullptr)
      found.sizes = four;
    else if (two.values != nullptr)
      found.sizes = two;
  }
  return found;
}

Box boxAt(Outputs const &found, std::size_t cell, unsigned column, unsigned row, NvDsInferNetworkInfo const &network) {
  float const stepX = static_cast<float>(network.width) / static_cast<float>(found.heat.columns);
  float const stepY = static_cast<float>(network.height) / static_cast<float>(found.heat.rows);
  bool const hasOffsets = found.offsets.values != nullptr;
  float const x = (static_cast<float>(column) + (hasOffsets ? found.offsets.at(0, cell) : 0.0F)) * stepX;
  float const y = (static_cast<float>(row) + (hasOffsets ? found.offsets.at(1, cell) : 0.0F)) * stepY;
  Map const &sizes = found.sizes;
  if (sizes.channels == 2) return boxAround(x, y, sizes.at(0, cell) * stepX, sizes.at(1, cell) * stepY);
  return {x - sizes.at(0, cell), y - sizes.at(1, cell), x + sizes.at(2, cell), y + sizes.at(3, cell)};
}

}  // namespace
}  // namespace vedette

VEDETTE_EXPORT bool NvDsInferParseCustomCenterNet(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                                  NvDsInferNetworkInfo const &networkInfo,
                                                  NvDsInferParseDetectionParams const &detectionParams,
                                                  std::vector<NvDsInferObjectDetectionInfo> &objectList) {
  using namespace vedette;
  Detections detections(networkInfo, detectionParams, objectList);
  std::vector<Layer> const layers = readLayers(outputLayersInfo);
  Outputs const found = find(layers, detections.classes());
  if (found.heat.values == nullptr || found.sizes.values == nullptr) {
    std::string const classes = std::to_string(detections.classes());
    return refuse("NvDsInferParseCustomCenterNet", layers,
                  "a heat map [" + classes + ",H,W] or [H,W," + classes + "] and sizes of 2 or 4 numbers a cell");
  }
  Map const &heat = found.heat;
  for (unsigned row = 0; row < heat.rows; row++) {
    for (unsigned column = 0; column < heat.columns; column++) {
      std::size_t const cell = static_cast<std::size_t>(row) * heat.columns + column;
      for (unsigned classId = 0; classId < heat.channels; classId++) {
        float const value = heat.at(classId, cell);
        float const confidence = found.hasLogits ? sigmoid(value) : value;
        if (!detections.isWanted(classId, confidence) || !isPeak(heat, classId, row, column)) continue;
        detections.add(classId, confidence, boxAt(found, cell, column, row, networkInfo));
      }
    }
  }
  return true;
}

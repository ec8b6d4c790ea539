// NanoDet: class scores (already through the sigmoid) and, per side of the box, a distribution over distances
// ("generalized focal loss": Li et al. 2020). The expected distance times the stride is the distance in pixels.
//
// Two shapes: a pair of layers per stride, scores [n,C] and distances [n,4×bins]; or one layer [N,C+4×bins] with all
// strides after each other. NanoDet has three strides and cell centres at +0.5; NanoDet-Plus has four (8 … 64), and its
// priors sit on the cells' corners (nanodet_plus_head.py, get_single_level_center_priors).
#include <cmath>

#include "detections.h"
#include "layer.h"

namespace vedette {
namespace {

constexpr unsigned kMaxBins = 64;

unsigned cells(unsigned pixels, unsigned stride) { return (pixels + stride - 1) / stride; }

unsigned cellsOf(NvDsInferNetworkInfo const &network, unsigned stride) {
  return cells(network.width, stride) * cells(network.height, stride);
}

/** One stride's part of the outputs: a row of scores and a row of distances per cell. */
struct Level {
  unsigned stride;
  float centre;
  float const *scores;
  unsigned scoresStep;
  float const *distances;
  unsigned distancesStep;
  unsigned bins;
};

/** Softmax over the bins, then their mean weighted by it. */
float expectedDistance(float const *logits, unsigned bins) {
  float const top = highest(logits, bins).value;
  float sum = 0;
  float weighted = 0;
  for (unsigned bin = 0; bin < bins; bin++) {
    float const weight = std::exp(logits[bin] - top);
    sum += weight;
    weighted += weight * static_cast<float>(bin);
  }
  return weighted / sum;
}

void parseLevel(Level const &level, NvDsInferNetworkInfo const &network, Detections &detections) {
  unsigned const columns = cells(network.width, level.stride);
  unsigned const count = cellsOf(network, level.stride);
  auto const stride = static_cast<float>(level.stride);
  for (unsigned cell = 0; cell < count; cell++) {
    Best const best = highest(level.scores + static_cast<std::size_t>(cell) * level.scoresStep, detections.classes());
    if (!detections.isWanted(best.index, best.value)) continue;
    float const *logits = level.distances + static_cast<std::size_t>(cell) * level.distancesStep;
    unsigned const row = cell / columns;
    float const x = (static_cast<float>(cell % columns) + level.centre) * stride;
    float const y = (static_cast<float>(row) + level.centre) * stride;
    auto const reach = [&](unsigned side) {
      return expectedDistance(logits + static_cast<std::size_t>(side) * level.bins, level.bins) * stride;
    };
    detections.add(best.index, best.value, {x - reach(0), y - reach(1), x + reach(2), y + reach(3)});
  }
}

bool isDistances(Layer const &layer) {
  return layer.isMatrix() && layer.columns() % 4 == 0 && layer.columns() >= 8 && layer.columns() <= 4 * kMaxBins;
}

/** Pairs by their number of rows; with as many classes as distances the names have to tell. */
std::vector<Level> findPairs(std::vector<Layer> const &layers, NvDsInferNetworkInfo const &network, unsigned classes) {
  std::vector<Level> levels;
  for (unsigned stride : {8U, 16U, 32U, 64U}) {
    Layer const *scores = nullptr;
    Layer const *distances = nullptr;
    for (Layer const &layer : layers) {
      if (!layer.isMatrix() || layer.rows() != cellsOf(network, stride)) continue;
      bool const isNamedDistances = layer.isCalled({"box", "reg", "dis"});
      if (layer.columns() == classes && !(isDistances(layer) && isNamedDistances))
        scores = &layer;
      else if (isDistances(layer))
        distances = &layer;
    }
    if (scores == nullptr || distances == nullptr) continue;
    levels.push_back(
        {stride, 0.5F, scores->values(), classes, distances->values(), distances->columns(), distances->columns() / 4});
  }
  return levels;
}

std::vector<Level> findWhole(Layer const &layer, NvDsInferNetworkInfo const &network, unsigned classes) {
  if (!layer.isMatrix() || layer.columns() <= classes || (layer.columns() - classes) % 4 != 0) return {};
  unsigned const bins = (layer.columns() - classes) / 4;
  if (bins < 2) return {};
  std::vector<unsigned> strides{8, 16, 32};
  unsigned rows = cellsOf(network, 8) + cellsOf(network, 16) + cellsOf(network, 32);
  bool const isPlus = layer.rows() == rows + cellsOf(network, 64);
  if (isPlus)
    strides.push_back(64);
  else if (layer.rows() != rows)
    return {};
  std::vector<Level> levels;
  float const *row = layer.values();
  for (unsigned stride : strides) {
    levels.push_back({stride, isPlus ? 0.0F : 0.5F, row, layer.columns(), row + classes, layer.columns(), bins});
    row += static_cast<std::size_t>(cellsOf(network, stride)) * layer.columns();
  }
  return levels;
}

}  // namespace
}  // namespace vedette

VEDETTE_EXPORT bool NvDsInferParseCustomNanoDet(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                                NvDsInferNetworkInfo const &networkInfo,
                                                NvDsInferParseDetectionParams const &detectionParams,
                                                std::vector<NvDsInferObjectDetectionInfo> &objectList) {
  using namespace vedette;
  Detections detections(networkInfo, detectionParams, objectList);
  std::vector<Layer> const layers = readLayers(outputLayersInfo);
  std::vector<Level> const levels = layers.size() == 1 ? findWhole(layers[0], networkInfo, detections.classes())
                                                       : findPairs(layers, networkInfo, detections.classes());
  // Half of the pairs would find only near or only far objects: better to say so than to seem to work.
  if (levels.empty() || (layers.size() > 1 && levels.size() * 2 != layers.size())) {
    std::string const classes = std::to_string(detections.classes());
    return refuse(
        "NvDsInferParseCustomNanoDet", layers,
        "per stride scores [n," + classes + "] and distances [n,4*bins], or one layer [N," + classes + "+4*bins]");
  }
  for (Level const &level : levels) parseLevel(level, networkInfo, detections);
  return true;
}

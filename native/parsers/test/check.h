// What the parser tests share: tensors made in place, a parser called on them, and claims about the boxes.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "nvdsinfer_abi.h"

struct Tensor {
  std::string name;
  std::vector<unsigned> shape;
  std::vector<float> values;

  Tensor(std::string tensorName, std::vector<unsigned> tensorShape, float fill = 0.0F)
      : name(std::move(tensorName)), shape(std::move(tensorShape)) {
    std::size_t size = 1;
    for (unsigned axis : shape) size *= axis;
    values.assign(size, fill);
  }

  /** Writes numbers one after the other from `at`. */
  void put(std::size_t at, std::vector<float> const &numbers) {
    for (float number : numbers) values[at++] = number;
  }

  NvDsInferLayerInfo layer() {
    NvDsInferLayerInfo info{};
    info.dataType = FLOAT;
    info.inferDims.numDims = static_cast<unsigned>(shape.size());
    for (std::size_t axis = 0; axis < shape.size(); axis++) info.inferDims.d[axis] = shape[axis];
    info.inferDims.numElements = static_cast<unsigned>(values.size());
    info.layerName = name.c_str();
    info.buffer = values.data();
    return info;
  }
};

struct Result {
  bool isRead;
  std::vector<NvDsInferObjectDetectionInfo> objects;
};

inline Result parse(NvDsInferParseCustomFunc parser, std::vector<NvDsInferLayerInfo> const &layers, unsigned width,
                    unsigned height, std::vector<float> const &thresholds) {
  Result result{};
  NvDsInferNetworkInfo const network{width, height, 3};
  NvDsInferParseDetectionParams params{
      static_cast<unsigned>(thresholds.size()), thresholds, {}, params.perClassPreclusterThreshold};
  result.isRead = parser(layers, network, params, result.objects);
  return result;
}

inline int failures = 0;

inline void claim(bool holds, char const *what) {
  std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
  if (!holds) failures++;
}

/** Within a hundredth of a pixel: floats of a few hundred have about five digits to spare. */
inline void claimBox(Result const &result, std::size_t index, unsigned classId, float confidence,
                     std::vector<float> const &leftTopWidthHeight, char const *what) {
  if (index >= result.objects.size()) return claim(false, what);
  NvDsInferObjectDetectionInfo const &object = result.objects[index];
  float const found[] = {object.left, object.top, object.width, object.height};
  bool holds = object.classId == classId && std::fabs(object.detectionConfidence - confidence) < 1e-4F;
  for (int i = 0; i < 4; i++) holds = holds && std::fabs(found[i] - leftTopWidthHeight[i]) < 0.01F;
  claim(holds, what);
  if (!holds) {
    std::printf("  found class %u, confidence %g, box %g %g %g %g\n", object.classId, object.detectionConfidence,
                object.left, object.top, object.width, object.height);
  }
}

inline int verdict() { return failures == 0 ? 0 : 1; }

extern "C" {
unsigned vedette_parsers_object_size();
bool NvDsInferParseCustomSsdAnchors(std::vector<NvDsInferLayerInfo> const &, NvDsInferNetworkInfo const &,
                                    NvDsInferParseDetectionParams const &, std::vector<NvDsInferObjectDetectionInfo> &);
bool NvDsInferParseCustomSsdNms(std::vector<NvDsInferLayerInfo> const &, NvDsInferNetworkInfo const &,
                                NvDsInferParseDetectionParams const &, std::vector<NvDsInferObjectDetectionInfo> &);
bool NvDsInferParseCustomNanoDet(std::vector<NvDsInferLayerInfo> const &, NvDsInferNetworkInfo const &,
                                 NvDsInferParseDetectionParams const &, std::vector<NvDsInferObjectDetectionInfo> &);
bool NvDsInferParseCustomYoloX(std::vector<NvDsInferLayerInfo> const &, NvDsInferNetworkInfo const &,
                               NvDsInferParseDetectionParams const &, std::vector<NvDsInferObjectDetectionInfo> &);
bool NvDsInferParseCustomYoloV8(std::vector<NvDsInferLayerInfo> const &, NvDsInferNetworkInfo const &,
                                NvDsInferParseDetectionParams const &, std::vector<NvDsInferObjectDetectionInfo> &);
bool NvDsInferParseCustomDetr(std::vector<NvDsInferLayerInfo> const &, NvDsInferNetworkInfo const &,
                              NvDsInferParseDetectionParams const &, std::vector<NvDsInferObjectDetectionInfo> &);
bool NvDsInferParseCustomCenterNet(std::vector<NvDsInferLayerInfo> const &, NvDsInferNetworkInfo const &,
                                   NvDsInferParseDetectionParams const &, std::vector<NvDsInferObjectDetectionInfo> &);
}

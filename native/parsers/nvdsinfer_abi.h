/*
 * The custom bounding-box parser interface of DeepStream's nvinfer, as memory layouts.
 *
 * Written from the measured offsets (x86-64 and aarch64 agree), not from NVIDIA's headers: only what crosses the
 * border between an inference element and a parser library is declared. vdinfer calls parsers through this header,
 * the parsers are compiled against it, and DeepStream's own nvinfer sees the same bytes.
 *
 * VEDETTE_OBJECT_SIZE is the size of NvDsInferObjectDetectionInfo: 24 up to DeepStream 8.0, 28 from 9.0. The
 * structure lives in a std::vector, so a parser compiled with the other size corrupts memory: every library of ours
 * exports vedette_parsers_object_size(), and who loads one compares before calling it.
 */
#pragma once

#include <cstddef>
#include <vector>

#ifndef VEDETTE_OBJECT_SIZE
#define VEDETTE_OBJECT_SIZE 24
#endif

enum NvDsInferDataType { FLOAT = 0, HALF = 1, INT8 = 2, INT32 = 3, INT64 = 4, UINT8 = 5 };

/** Shape of one layer for one frame: the batch dimension is not in it. */
struct NvDsInferDims {
  unsigned int numDims;
  unsigned int d[8];
  unsigned int numElements;
};

/** One output of the network. `buffer` is this frame's part of the batch, in host memory, borrowed for the call. */
struct NvDsInferLayerInfo {
  NvDsInferDataType dataType;
  NvDsInferDims inferDims;
  int bindingIndex;
  char const *layerName;
  void *buffer;
  int isInput;
};

struct NvDsInferNetworkInfo {
  unsigned int width;
  unsigned int height;
  unsigned int channels;
};

/** A box in pixels of the network's input. */
struct NvDsInferObjectDetectionInfo {
  unsigned int classId;
  float left;
  float top;
  float width;
  float height;
  float detectionConfidence;
#if VEDETTE_OBJECT_SIZE == 28
  float rotation_angle;
#endif
};

/** A box with a mask over it, in every release of the same size. Who called the parser frees `mask` (new[]). */
struct NvDsInferInstanceMaskInfo {
  unsigned int classId;
  float left;
  float top;
  float width;
  float height;
  float detectionConfidence;
  float *mask;
  unsigned int mask_width;
  unsigned int mask_height;
  /** In bytes. */
  unsigned int mask_size;
};

struct NvDsInferParseDetectionParams {
  unsigned int numClassesConfigured;
  std::vector<float> perClassPreclusterThreshold;
  std::vector<float> perClassPostclusterThreshold;
  /** The name before 5.0, kept by NVIDIA as a reference to the first vector. */
  std::vector<float> &perClassThreshold;
};

/** What `parse-bbox-func-name` names: extern "C", returns false when the layers are not what it can read. */
using NvDsInferParseCustomFunc = bool (*)(std::vector<NvDsInferLayerInfo> const &outputLayersInfo,
                                          NvDsInferNetworkInfo const &networkInfo,
                                          NvDsInferParseDetectionParams const &detectionParams,
                                          std::vector<NvDsInferObjectDetectionInfo> &objectList);

static_assert(sizeof(NvDsInferInstanceMaskInfo) == 48);
static_assert(offsetof(NvDsInferInstanceMaskInfo, mask) == 24);
static_assert(sizeof(NvDsInferDims) == 40);
static_assert(sizeof(NvDsInferLayerInfo) == 72);
static_assert(offsetof(NvDsInferLayerInfo, inferDims) == 4);
static_assert(offsetof(NvDsInferLayerInfo, bindingIndex) == 44);
static_assert(offsetof(NvDsInferLayerInfo, layerName) == 48);
static_assert(offsetof(NvDsInferLayerInfo, buffer) == 56);
static_assert(offsetof(NvDsInferLayerInfo, isInput) == 64);
static_assert(sizeof(NvDsInferNetworkInfo) == 12);
static_assert(sizeof(NvDsInferObjectDetectionInfo) == VEDETTE_OBJECT_SIZE);
static_assert(sizeof(NvDsInferParseDetectionParams) == 64);

// A parser for tests: one box for each frame, whose confidence is the mean of the picture's first channel.
#include <cstdint>
#include <cstring>

#include "parsers/nvdsinfer_abi.h"

extern "C" __attribute__((visibility("default"))) uint32_t vedette_parsers_object_size() { return VEDETTE_OBJECT_SIZE; }

extern "C" __attribute__((visibility("default"))) bool ParseMean(std::vector<NvDsInferLayerInfo> const& layers,
                                                                 NvDsInferNetworkInfo const& network,
                                                                 NvDsInferParseDetectionParams const& params,
                                                                 std::vector<NvDsInferObjectDetectionInfo>& objects) {
  if (layers.size() != 1 || std::strcmp(layers[0].layerName, "means") != 0 || params.numClassesConfigured != 2)
    return false;
  NvDsInferObjectDetectionInfo one{};
  one.classId = 1;
  one.left = static_cast<float>(network.width) / 4;
  one.top = static_cast<float>(network.height) / 2;
  one.width = static_cast<float>(network.width) / 2;
  one.height = static_cast<float>(network.height);  // reaches out of the picture
  one.detectionConfidence = static_cast<float*>(layers[0].buffer)[0];
  objects.push_back(one);
  return true;
}

// The same box, with a mask of 2 x 4 cells of which the left half is inside.
extern "C" __attribute__((visibility("default"))) bool ParseMask(std::vector<NvDsInferLayerInfo> const& layers,
                                                                 NvDsInferNetworkInfo const& network,
                                                                 NvDsInferParseDetectionParams const& params,
                                                                 std::vector<NvDsInferInstanceMaskInfo>& objects) {
  std::vector<NvDsInferObjectDetectionInfo> boxes;
  if (!ParseMean(layers, network, params, boxes)) return false;
  const auto& box = boxes.front();
  auto* mask = new float[8]{0.9F, 0.1F, 0.8F, 0.1F, 0.9F, 0.1F, 0.9F, 0.1F};
  objects.push_back({box.classId, box.left, box.top, box.width, box.height, box.detectionConfidence, mask, 2, 4, 32});
  return true;
}

// The same box, turned by half a radian.
extern "C" __attribute__((visibility("default"))) bool ParseTurned(std::vector<NvDsInferLayerInfo> const& layers,
                                                                   NvDsInferNetworkInfo const& network,
                                                                   NvDsInferParseDetectionParams const& params,
                                                                   std::vector<NvDsInferObjectDetectionInfo>& objects) {
  if (!ParseMean(layers, network, params, objects)) return false;
  objects.back().rotation_angle = 0.5F;
  return true;
}

extern "C" __attribute__((visibility("default"))) bool ParseNothing(std::vector<NvDsInferLayerInfo> const&,
                                                                    NvDsInferNetworkInfo const&,
                                                                    NvDsInferParseDetectionParams const&,
                                                                    std::vector<NvDsInferObjectDetectionInfo>&) {
  return false;
}

// Gives up on the first picture that is not black: what is tried at the start is.
extern "C" __attribute__((visibility("default"))) bool ParseBlack(std::vector<NvDsInferLayerInfo> const& layers,
                                                                  NvDsInferNetworkInfo const&,
                                                                  NvDsInferParseDetectionParams const&,
                                                                  std::vector<NvDsInferObjectDetectionInfo>&) {
  return layers.size() == 1 && static_cast<float*>(layers[0].buffer)[0] <= 0;
}

#include "layer.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace vedette {
namespace {

/** IEEE 754 half precision: one sign bit, five of exponent, ten of fraction. */
float halfToFloat(std::uint16_t half) {
  int const exponent = (half >> 10) & 0x1f;
  int const fraction = half & 0x3ff;
  float const sign = (half & 0x8000) != 0 ? -1.0F : 1.0F;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  if (exponent == 31) return fraction != 0 ? NAN : sign * INFINITY;
  return sign * std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
}

template <typename T>
std::vector<float> convert(void const *buffer, std::size_t size) {
  T const *from = static_cast<T const *>(buffer);
  return std::vector<float>(from, from + size);
}

std::vector<float> convertHalves(void const *buffer, std::size_t size) {
  auto const *from = static_cast<std::uint16_t const *>(buffer);
  std::vector<float> floats(size);
  std::transform(from, from + size, floats.begin(), halfToFloat);
  return floats;
}

std::string lowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

Layer::Layer(NvDsInferLayerInfo const &info) : name(info.layerName != nullptr ? info.layerName : "") {
  NvDsInferDims const &dims = info.inferDims;
  shape.assign(dims.d, dims.d + std::min(dims.numDims, 8U));
  if (shape.empty()) shape.push_back(1);
  while (shape.size() > 1 && shape.front() == 1) shape.erase(shape.begin());
  size_ = 1;
  for (unsigned axis : shape) size_ *= axis;
  switch (info.dataType) {
    case FLOAT:
      borrowed_ = static_cast<float const *>(info.buffer);
      break;
    case HALF:
      converted_ = convertHalves(info.buffer, size_);
      break;
    case INT8:
      converted_ = convert<std::int8_t>(info.buffer, size_);
      break;
    case INT32:
      converted_ = convert<std::int32_t>(info.buffer, size_);
      break;
    case INT64:
      converted_ = convert<std::int64_t>(info.buffer, size_);
      break;
    case UINT8:
      converted_ = convert<std::uint8_t>(info.buffer, size_);
      break;
  }
}

bool Layer::isCalled(std::vector<std::string> const &words) const {
  std::string const lower = lowerCase(name);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string const &word) { return lower.find(word) != std::string::npos; });
}

std::vector<Layer> readLayers(std::vector<NvDsInferLayerInfo> const &infos) {
  std::vector<Layer> layers;
  layers.reserve(infos.size());
  for (NvDsInferLayerInfo const &info : infos) {
    if (info.isInput == 0) layers.emplace_back(info);
  }
  return layers;
}

bool refuse(char const *parser, std::vector<Layer> const &found, std::string const &expected) {
  std::string text;
  for (Layer const &layer : found) {
    text += (text.empty() ? "" : ", ") + layer.name + " [";
    for (std::size_t axis = 0; axis < layer.shape.size(); axis++) {
      text += (axis > 0 ? "," : "") + std::to_string(layer.shape[axis]);
    }
    text += "]";
  }
  std::fprintf(stderr, "%s: expected %s; found %s. Check num-detected-classes and parse-bbox-func-name.\n", parser,
               expected.c_str(), text.c_str());
  return false;
}

}  // namespace vedette

/*
 * One output layer of the network as a parser wants it: floats and a shape, whatever the layer's data type was.
 * Borrows the layer's buffer when it already holds floats, else owns a converted copy. Used within one call, on the
 * thread of that call.
 */
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nvdsinfer_abi.h"

namespace vedette {

class Layer {
 public:
  explicit Layer(NvDsInferLayerInfo const &info);

  /** Without axes of size one in front: some exporters leave the batch in. At least one axis stays. */
  std::vector<unsigned> shape;
  std::string name;

  float const *values() const { return converted_.empty() ? borrowed_ : converted_.data(); }
  std::size_t size() const { return size_; }
  unsigned rows() const { return shape[0]; }
  /** Size of the last axis. */
  unsigned columns() const { return shape.back(); }
  bool isMatrix() const { return shape.size() == 2; }
  /** True when the name holds one of the words, whatever their case. */
  bool isCalled(std::vector<std::string> const &words) const;

 private:
  float const *borrowed_ = nullptr;
  std::vector<float> converted_;
  std::size_t size_ = 0;
};

/** Outputs only, in the order given. */
std::vector<Layer> readLayers(std::vector<NvDsInferLayerInfo> const &infos);

/** Says on stderr which layers a parser found and what it wanted instead. Always false, to be returned. */
bool refuse(char const *parser, std::vector<Layer> const &found, std::string const &expected);

}  // namespace vedette

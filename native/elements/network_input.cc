#include "network_input.h"

#include "ort_api.h"

namespace vedette {

NetworkInput network_of(const InferConfig& config, const Tensor& input) {
  const bool planar = config.order == InputOrder::kNchw;
  const char* expected = planar ? "batch x channels x height x width (network-input-order 0)"
                                : "batch x height x width x channels (network-input-order 1)";
  const std::string found = "the model's input \"" + input.name + "\" is " + shape_text(input.shape);
  if (input.type != ort::kFloat) {
    throw ModelError("the model's input \"" + input.name + "\" has element type " + std::to_string(input.type) +
                     ", expected 1 (32-bit float)");
  }
  if (input.shape.size() != 4) throw ModelError(found + ", expected four dimensions: " + expected);
  const std::array<int64_t, 3> dims = planar ? std::array<int64_t, 3>{input.shape[1], input.shape[2], input.shape[3]}
                                             : std::array<int64_t, 3>{input.shape[3], input.shape[1], input.shape[2]};
  std::array<unsigned, 3> size{};
  for (size_t i = 0; i < 3; i++) {
    const unsigned wanted = config.infer_dims[i];
    if (dims[i] <= 0 && wanted == 0) {
      throw ModelError(found + ", which leaves its size open: add infer-dims=channels;height;width to " + config.path);
    }
    if (dims[i] > 0 && wanted > 0 && dims[i] != wanted) {
      throw ModelError(found + ", but infer-dims is " + std::to_string(config.infer_dims[0]) + ";" +
                       std::to_string(config.infer_dims[1]) + ";" + std::to_string(config.infer_dims[2]) +
                       " (channels;height;width), expected the same; the order is taken as " + expected);
    }
    size[i] = dims[i] > 0 ? static_cast<unsigned>(dims[i]) : wanted;
  }
  const unsigned channels = config.color == ColorFormat::kGray ? 1 : 3;
  if (size[0] != channels) {
    throw ModelError(found + ", so it has " + std::to_string(size[0]) + " channels, expected " +
                     std::to_string(channels) + " for this model-color-format as " + expected +
                     ": correct network-input-order or model-color-format in " + config.path);
  }
  return {size[2],
          size[1],
          channels,
          config.order,
          config.color,
          config.scale,
          config.offsets,
          config.keep_aspect,
          config.symmetric_padding,
          config.smooth_scaling};
}

std::vector<int64_t> input_shape(const NetworkInput& network, size_t batch) {
  const auto count = static_cast<int64_t>(batch);
  return network.order == InputOrder::kNchw
             ? std::vector<int64_t>{count, network.channels, network.height, network.width}
             : std::vector<int64_t>{count, network.height, network.width, network.channels};
}

}  // namespace vedette

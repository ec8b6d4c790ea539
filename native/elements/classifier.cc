#include "classifier.h"

#include <algorithm>

#include "network_input.h"
#include "ort_api.h"

namespace vedette {
namespace {

const InferConfig& complete(const InferConfig& config) {
  if (!config.onnx_file.empty()) return config;
  throw ModelError(config.path + " has no onnx-file: vdinfer runs ONNX models, give the path of one");
}

// Of one picture.
size_t values_of(const Output& output) {
  size_t count = 1;
  for (size_t i = 1; i < output.shape.size(); i++) count *= static_cast<size_t>(output.shape[i]);
  return count;
}

}  // namespace

Classifier::Classifier(const InferenceOptions& options)
    : config_(complete(options.config)),
      session_({options.onnxruntime, config_.onnx_file, options.threads}),
      network_(network_of(config_, session_.input())),
      fixed_batch_(session_.input().shape[0] > 0 ? static_cast<size_t>(session_.input().shape[0]) : 0) {
  if (!config_.label_file.empty()) labels_ = read_classifier_labels(config_.label_file);
  tensor_.resize(picture_size() * std::max<size_t>(fixed_batch_, config_.batch_size));
  // A run on an empty picture tells at once whether the outputs are those of a classifier.
  session_.run(tensor_.data(), input_shape(network_, std::max<size_t>(fixed_batch_, 1)), outputs_);
  for (size_t i = 0; i < outputs_.all().size(); i++) {
    const Output& output = outputs_.all()[i];
    const std::string& name = session_.outputs()[i].name;
    if (output.type != ort::kFloat || output.shape.size() < 2) {
      throw ModelError("the model's output \"" + name + "\" is " + shape_text(output.shape) +
                       ", expected 32-bit floats, batch x labels: network-type=1 wants a classifier");
    }
    if (i < labels_.size() && labels_[i].size() != values_of(output)) {
      throw ModelError("the model's output \"" + name + "\" has " + std::to_string(values_of(output)) +
                       " probabilities, but line " + std::to_string(i + 1) + " of " + config_.label_file + " has " +
                       std::to_string(labels_[i].size()) +
                       " labels: expected one line for each output, its labels parted by semicolons");
    }
  }
}

std::vector<Attribute> Classifier::read(const std::vector<Output>& outputs, size_t picture) const {
  std::vector<Attribute> attributes;
  for (size_t i = 0; i < outputs.size(); i++) {
    const size_t count = values_of(outputs[i]);
    const float* first = static_cast<const float*>(outputs[i].data) + picture * count;
    const float* best = std::max_element(first, first + count);
    if (!(*best > config_.secondary.threshold)) continue;
    const auto id = static_cast<size_t>(best - first);
    attributes.push_back({static_cast<unsigned>(id), i < labels_.size() ? labels_[i][id] : std::to_string(id), *best});
  }
  return attributes;
}

std::vector<std::vector<Attribute>> Classifier::classify(const std::vector<Crop>& crops) {
  std::vector<std::vector<Attribute>> found;
  const size_t most = max_batch();
  for (size_t first = 0; first < crops.size(); first += most) {
    const size_t count = std::min(most, crops.size() - first);
    for (size_t i = 0; i < count; i++) prepare_crop(crops[first + i], network_, tensor_.data() + i * picture_size());
    session_.run(tensor_.data(), input_shape(network_, fixed_batch_ > 0 ? fixed_batch_ : count), outputs_);
    for (size_t i = 0; i < count; i++) found.push_back(read(outputs_.all(), i));
  }
  return found;
}

}  // namespace vedette

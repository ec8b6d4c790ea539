// One classification model, ready to run: crops in, labels out. Each output is an attribute with a probability for each
// of its labels, as nvinfer's own parser reads it. Used on one thread at a time; what cannot work throws ModelError or
// ConfigError on construction.
#pragma once

#include <string>
#include <vector>

#include "crop.h"
#include "inference.h"
#include "ort_session.h"

namespace vedette {

struct Attribute {
  unsigned class_id;
  std::string label;
  float probability;
};

class Classifier {
 public:
  explicit Classifier(const InferenceOptions& options);
  // What each crop shows, in the order given: the attributes that are more probable than the threshold.
  std::vector<std::vector<Attribute>> classify(const std::vector<Crop>& crops);

  const InferConfig& config() const { return config_; }
  const NetworkInput& network() const { return network_; }
  const std::string& runtime_version() const { return session_.runtime_version(); }
  size_t max_batch() const { return fixed_batch_ > 0 ? fixed_batch_ : config_.batch_size; }

 private:
  size_t picture_size() const { return size_t{network_.width} * network_.height * network_.channels; }
  std::vector<Attribute> read(const std::vector<Output>& outputs, size_t picture) const;

  InferConfig config_;
  OrtSession session_;
  NetworkInput network_;
  size_t fixed_batch_;                            // 0: free
  std::vector<std::vector<std::string>> labels_;  // by output
  std::vector<float> tensor_;
  OrtOutputs outputs_;
};

}  // namespace vedette

// A custom bounding-box parser, as DeepStream's nvinfer loads it: `custom-lib-path` and `parse-bbox-func-name`, or
// `parse-bbox-instance-mask-func-name` of a network that segments instances.
// Stays loaded for the life of the process. Used on one thread at a time; errors throw ModelError.
#pragma once

#include <string>
#include <vector>

#include "detection.h"
#include "ort_session.h"

namespace vedette {

class ParserLibrary {
 public:
  // `default_object_size` is believed of a library that does not tell: 24 up to DeepStream 8.0, 28 from 9.0.
  ParserLibrary(const InferConfig& config, unsigned default_object_size);
  // One frame's part of the outputs; appends what the parser finds. False: the parser refuses these layers.
  bool parse(const std::vector<Output>& outputs, const std::vector<Tensor>& tensors, size_t frame, unsigned width,
             unsigned height, unsigned channels, std::vector<Detection>& found) const;

  // The key and what it names, for errors.
  const std::string& name() const { return name_; }

 private:
  void* function_ = nullptr;
  std::string name_;
  bool finds_masks_ = false;
  unsigned object_size_ = 0;
  std::vector<float> before_, after_;  // thresholds by class
};

// Where a library of this name is: as given, beside the configuration, in VEDETTE_PARSERS, beside this plugin.
std::string find_parser_library(const std::string& name, const std::string& config_path);

}  // namespace vedette

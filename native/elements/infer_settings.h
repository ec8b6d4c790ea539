// What the application has set on a vdinfer. A property overrides the configuration file, whichever was set first.
#pragma once

#include <optional>
#include <string>

#include "inference.h"

namespace vedette {

struct InferSettings {
  std::string config_file;
  std::string engine_file;  // an ONNX file in place of the configuration's
  std::string onnxruntime;
  std::string on_classes;  // "0:2:3"
  std::optional<unsigned> unique_id, batch_size, interval;
  std::optional<int> on_component;
  std::optional<ProcessMode> mode;
  int threads = 1;
};

// Reads the file. Throws ConfigError.
InferenceOptions options_of(const InferSettings& settings);

}  // namespace vedette

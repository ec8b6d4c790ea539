#include "engine_file.h"

#include "network_input.h"
#include "ort_session.h"

namespace vedette {
namespace {

// Loads, and takes the pictures that the configuration describes.
bool fits(const InferenceOptions& options) {
  try {
    const OrtSession session({options.onnxruntime, options.config.engine_file, 1});
    network_of(options.config, session.input());
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace

std::string engine_name(const InferConfig& config) {
  constexpr const char* kPrecisions[] = {"fp32", "int8", "fp16", "best"};
  return config.onnx_file + "_b" + std::to_string(config.batch_size) + "_gpu" + std::to_string(config.gpu_id) + "_" +
         kPrecisions[config.network_mode] + ".engine";
}

void use_engine(InferenceOptions& options, const std::function<void(const std::string&)>& tell) {
  InferConfig& config = options.config;
  if (!config.engine_file.empty()) {
    if (fits(options)) {
      tell("Use deserialized engine model: " + config.engine_file);
      config.onnx_file = config.engine_file;
      return;
    }
    tell("deserialize backend context from engine from file :" + config.engine_file + " failed, try rebuild");
  }
  tell("Trying to create engine from model files");
  const std::string engine = engine_name(config);
  OrtSession::Options build{options.onnxruntime, config.onnx_file, 1};
  build.write_to = engine;
  const OrtSession session(build);
  network_of(config, session.input());
  tell("serialize cuda engine to file: " + engine + " successfully");
  config.onnx_file = engine;
}

}  // namespace vedette

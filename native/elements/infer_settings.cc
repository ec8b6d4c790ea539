#include "infer_settings.h"

#include <cstdlib>

namespace vedette {
namespace {

unsigned default_object_size() {
  const char* abi = std::getenv("VEDETTE_ABI_CLASS");
  const meta::Offsets* table = abi ? meta::offsets_by_name(abi) : nullptr;
  return (table ? *table : meta::offsets_of(meta::AbiClass::kD)).detection_info_size;
}

}  // namespace

InferenceOptions options_of(const InferSettings& settings) {
  if (settings.config_file.empty())
    throw ConfigError("config-file-path is not set: expected the path of an nvinfer INI file");
  InferConfig config = read_infer_config(settings.config_file);
  if (!settings.engine_file.empty()) config.onnx_file = settings.engine_file;
  if (settings.unique_id) config.unique_id = *settings.unique_id;
  if (settings.batch_size) config.batch_size = *settings.batch_size;
  if (settings.interval) config.interval = *settings.interval;
  if (settings.mode) config.mode = *settings.mode;
  if (settings.on_component) config.secondary.on_component = *settings.on_component;
  if (!settings.on_classes.empty())
    config.secondary.on_classes = class_numbers(settings.on_classes, ':', "infer-on-class-ids");
  return {std::move(config), settings.onnxruntime, settings.threads, default_object_size()};
}

}  // namespace vedette

#include "parser_library.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <utility>

#include "ort_api.h"
#include "parsers/nvdsinfer_abi.h"

namespace vedette {
namespace {

// The same structure in both sizes; the header above declares the smaller one.
struct Object24 {
  unsigned class_id;
  float left, top, width, height, confidence;
};
struct Object28 {
  unsigned class_id;
  float left, top, width, height, confidence, rotation;
};
static_assert(sizeof(Object24) == 24 && sizeof(Object28) == 28 &&
              sizeof(Object24) == sizeof(NvDsInferObjectDetectionInfo));

std::string own_directory() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void*>(&own_directory), &info) || !info.dli_fname) return ".";
  const std::string path = info.dli_fname;
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

NvDsInferDataType data_type(int onnx) {
  switch (onnx) {
    case ort::kHalf:
      return HALF;
    case ort::kInt8:
      return INT8;
    case ort::kInt32:
      return INT32;
    case ort::kInt64:
      return INT64;
    case ort::kUint8:
      return UINT8;
    default:
      return FLOAT;
  }
}

size_t element_bytes(int onnx) {
  switch (onnx) {
    case ort::kHalf:
      return 2;
    case ort::kInt8:
    case ort::kUint8:
      return 1;
    case ort::kInt64:
      return 8;
    default:
      return 4;
  }
}

NvDsInferLayerInfo layer_of(const Output& output, const Tensor& tensor, int index, size_t frame) {
  NvDsInferLayerInfo layer{};
  layer.dataType = data_type(output.type);
  layer.bindingIndex = index;
  layer.layerName = tensor.name.c_str();
  unsigned elements = 1;
  for (size_t i = 1; i < output.shape.size() && i <= 8; i++) {
    layer.inferDims.d[i - 1] = static_cast<unsigned>(output.shape[i]);
    elements *= layer.inferDims.d[i - 1];
    layer.inferDims.numDims++;
  }
  layer.inferDims.numElements = elements;
  layer.buffer = static_cast<uint8_t*>(output.data) + frame * elements * element_bytes(output.type);
  return layer;
}

float rotation_of(const Object24&) { return 0; }
float rotation_of(const Object28& object) { return object.rotation; }

// Calls with a vector of the objects that the library was compiled for: the vector's layout does not depend on them.
template <typename Object>
bool call(void* function, const std::vector<NvDsInferLayerInfo>& layers, const NvDsInferNetworkInfo& network,
          const NvDsInferParseDetectionParams& params, std::vector<Detection>& found) {
  using Parse = bool (*)(const std::vector<NvDsInferLayerInfo>&, const NvDsInferNetworkInfo&,
                         const NvDsInferParseDetectionParams&, std::vector<Object>&);
  std::vector<Object> objects;
  if (!reinterpret_cast<Parse>(function)(layers, network, params, objects)) return false;
  for (const Object& one : objects) {
    found.push_back({one.class_id, one.left, one.top, one.width, one.height, one.confidence, rotation_of(one)});
  }
  return true;
}

bool call_for_masks(void* function, const std::vector<NvDsInferLayerInfo>& layers, const NvDsInferNetworkInfo& network,
                    const NvDsInferParseDetectionParams& params, std::vector<Detection>& found) {
  using Parse = bool (*)(const std::vector<NvDsInferLayerInfo>&, const NvDsInferNetworkInfo&,
                         const NvDsInferParseDetectionParams&, std::vector<NvDsInferInstanceMaskInfo>&);
  std::vector<NvDsInferInstanceMaskInfo> objects;
  const bool understood = reinterpret_cast<Parse>(function)(layers, network, params, objects);
  for (const NvDsInferInstanceMaskInfo& one : objects) {
    const std::unique_ptr<const float[]> values(one.mask);
    Detection detection{one.classId, one.left, one.top, one.width, one.height, one.detectionConfidence};
    const size_t cells = size_t{one.mask_width} * one.mask_height;
    if (values && cells > 0 && cells * sizeof(float) <= one.mask_size) {
      detection.mask = std::make_shared<InstanceMask>(
          InstanceMask{one.mask_width, one.mask_height, {values.get(), values.get() + cells}});
    }
    found.push_back(std::move(detection));
  }
  return understood;
}

}  // namespace

std::string find_parser_library(const std::string& name, const std::string& config_path) {
  if (name.empty() || name[0] == '/') return name;
  std::vector<std::string> places = {beside(config_path, name)};
  const char* environment = std::getenv("VEDETTE_PARSERS");
  if (environment && *environment) places.push_back(std::string(environment) + "/" + name);
  places.push_back(own_directory() + "/" + name);
  for (const std::string& one : places) {
    if (access(one.c_str(), R_OK) == 0) return one;
  }
  std::string tried;
  for (const std::string& one : places) tried += (tried.empty() ? "" : ", ") + one;
  throw ModelError("custom-lib-path is \"" + name + "\", which is at none of: " + tried +
                   ". Give its absolute path or set VEDETTE_PARSERS to the folder it is in");
}

ParserLibrary::ParserLibrary(const InferConfig& config, unsigned default_object_size)
    : finds_masks_(config.type == NetworkType::kInstanceSegmentation), object_size_(default_object_size) {
  const std::string key = finds_masks_ ? "parse-bbox-instance-mask-func-name" : "parse-bbox-func-name";
  const std::string& function = finds_masks_ ? config.mask_parse_function : config.parse_function;
  if (config.custom_lib.empty() || function.empty()) {
    throw ModelError(config.path + " names no parser: expected custom-lib-path (such as libvedette_parsers.so) and " +
                     key + " (such as " +
                     (finds_masks_ ? "NvDsInferParseCustomYoloV8Seg" : "NvDsInferParseCustomSsdAnchors") + ")");
  }
  name_ = key + " \"" + function + "\"";
  const std::string path = find_parser_library(config.custom_lib, config.path);
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) throw ModelError("custom-lib-path \"" + path + "\" cannot be loaded: " + dlerror());
  function_ = dlsym(library, function.c_str());
  if (!function_) {
    throw ModelError(key + " is \"" + function + "\", which \"" + path +
                     "\" does not have: `nm -D` on it lists what it has");
  }
  if (void* size = dlsym(library, "vedette_parsers_object_size"))
    object_size_ = reinterpret_cast<unsigned (*)()>(size)();
  if (object_size_ != sizeof(Object24) && object_size_ != sizeof(Object28)) {
    throw ModelError("\"" + path + "\" has objects of " + std::to_string(object_size_) +
                     " bytes, expected 24 (DeepStream up to 8.0) or 28 (from 9.0)");
  }
  for (unsigned i = 0; i < config.classes; i++) {
    before_.push_back(config.of_class(static_cast<int>(i)).pre_cluster_threshold);
    after_.push_back(config.of_class(static_cast<int>(i)).post_cluster_threshold);
  }
}

bool ParserLibrary::parse(const std::vector<Output>& outputs, const std::vector<Tensor>& tensors, size_t frame,
                          unsigned width, unsigned height, unsigned channels, std::vector<Detection>& found) const {
  std::vector<NvDsInferLayerInfo> layers;
  layers.reserve(outputs.size());
  for (size_t i = 0; i < outputs.size(); i++) {
    layers.push_back(layer_of(outputs[i], tensors[i], static_cast<int>(i) + 1, frame));
  }
  std::vector<float> before = before_;
  NvDsInferParseDetectionParams params{static_cast<unsigned>(before.size()), before, after_, before};
  const NvDsInferNetworkInfo network{width, height, channels};
  if (finds_masks_) return call_for_masks(function_, layers, network, params, found);
  if (object_size_ == sizeof(Object24)) return call<Object24>(function_, layers, network, params, found);
  return call<Object28>(function_, layers, network, params, found);
}

}  // namespace vedette

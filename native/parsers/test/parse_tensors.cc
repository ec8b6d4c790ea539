// parse_tensors LIBRARY FUNCTION WIDTH HEIGHT CLASSES THRESHOLD NAME=FILE:D0xD1… …
// Calls a parser as nvinfer does (dlopen, dlsym) on raw float tensors; prints "class confidence left top width height".
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "check.h"

namespace {

Tensor readTensor(std::string const &argument) {
  std::size_t const equals = argument.find('=');
  std::size_t const colon = argument.rfind(':');
  std::vector<unsigned> shape;
  for (std::size_t at = colon; at != std::string::npos; at = argument.find('x', at + 1)) {
    shape.push_back(static_cast<unsigned>(std::strtoul(argument.c_str() + at + 1, nullptr, 10)));
  }
  Tensor tensor(argument.substr(0, equals), shape);
  std::ifstream file(argument.substr(equals + 1, colon - equals - 1), std::ios::binary);
  file.read(reinterpret_cast<char *>(tensor.values.data()),
            static_cast<std::streamsize>(tensor.values.size() * sizeof(float)));
  if (!file) {
    std::fprintf(stderr, "%s: expected a file with %zu floats\n", argument.c_str(), tensor.values.size());
    std::exit(2);
  }
  return tensor;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 8) {
    std::fprintf(stderr, "usage: parse_tensors LIBRARY FUNCTION WIDTH HEIGHT CLASSES THRESHOLD NAME=FILE:SHAPE...\n");
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  void *parser = library != nullptr ? dlsym(library, argv[2]) : nullptr;
  if (parser == nullptr) {
    std::fprintf(stderr, "%s in %s: %s\n", argv[2], argv[1], dlerror());
    return 2;
  }
  std::vector<Tensor> tensors;
  for (int i = 7; i < argc; i++) tensors.push_back(readTensor(argv[i]));
  std::vector<NvDsInferLayerInfo> layers;
  layers.reserve(tensors.size());
  for (Tensor &tensor : tensors) layers.push_back(tensor.layer());
  std::vector<float> const thresholds(std::strtoul(argv[5], nullptr, 10), std::strtof(argv[6], nullptr));
  Result const result =
      parse(reinterpret_cast<NvDsInferParseCustomFunc>(parser), layers, static_cast<unsigned>(std::atoi(argv[3])),
            static_cast<unsigned>(std::atoi(argv[4])), thresholds);
  for (NvDsInferObjectDetectionInfo const &object : result.objects) {
    std::printf("%u %.7g %.7g %.7g %.7g %.7g\n", object.classId, object.detectionConfidence, object.left, object.top,
                object.width, object.height);
  }
  return result.isRead ? 0 : 1;
}

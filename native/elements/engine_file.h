// The engine beside a model, as nvinfer keeps it. Registered under nvinfer's name (a test switch), vdinfer does the
// same with what ONNX Runtime has made of the model: real files that load, so that all that goes on round engines can
// run without TensorRT.
#pragma once

#include <functional>
#include <string>

#include "inference.h"

namespace vedette {

// What nvinfer names an engine: <model>_b<batch>_gpu<id>_<fp32|fp16|int8>.engine.
std::string engine_name(const InferConfig& config);

// Lets the options run the engine that the configuration names, or one that is built from the model and written beside
// it when that is not there or does not load or fit. `tell` gets what nvinfer would log. Throws ModelError.
void use_engine(InferenceOptions& options, const std::function<void(const std::string&)>& tell);

}  // namespace vedette

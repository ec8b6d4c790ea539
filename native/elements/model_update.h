// The model that takes a running one's place, as nvinfer takes it: the file changes, and what the pipeline relies on
// stays.
#pragma once

#include <memory>

#include "inference.h"

namespace vedette {

// Loads the model of `options` under the rules of `running`: its thresholds, classes, id and mode. Throws ModelError or
// ConfigError when it does not fit in its place.
std::unique_ptr<Inference> load_successor(const Inference& running, InferenceOptions options);

}  // namespace vedette

// What a network takes: its picture, from what the model says and what infer-dims adds where the model leaves it free.
#pragma once

#include <vector>

#include "ort_session.h"
#include "preprocess.h"

namespace vedette {

// Throws ModelError when model and configuration do not fit each other.
NetworkInput network_of(const InferConfig& config, const Tensor& input);

// Of the tensor that holds a batch.
std::vector<int64_t> input_shape(const NetworkInput& network, size_t batch);

}  // namespace vedette

// What one JavaScript environment owns: its pipelines, stopped when it ends. JavaScript thread.
#pragma once

#include <napi.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "decoded_picture.h"
#include "pipeline.h"

namespace vedette {

class PipelineList {
 public:
  void add(const std::shared_ptr<Pipeline>& pipeline) {
    pipelines_.erase(
        std::remove_if(pipelines_.begin(), pipelines_.end(), [](const auto& each) { return each.expired(); }),
        pipelines_.end());
    pipelines_.push_back(pipeline);
  }
  // All at once, and inside the limit of one.
  void stop_all();

 private:
  std::vector<std::weak_ptr<Pipeline>> pipelines_;
};

struct AddonData {
  Napi::FunctionReference pipeline_class;
  PipelineList pipelines;
  const std::shared_ptr<JpegDecoders> jpeg_decoders = std::make_shared<JpegDecoders>();
};

AddonData& addon_data(Napi::Env env);

}  // namespace vedette

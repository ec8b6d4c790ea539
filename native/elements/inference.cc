#include "inference.h"

#include "frame_detection.h"
#include "object_classification.h"

namespace vedette {

std::unique_ptr<Inference> make_inference(const InferenceOptions& options) {
  const bool is_classifier = options.config.type == NetworkType::kClassifier;
  const bool is_secondary = options.config.mode == ProcessMode::kSecondary;
  if (is_classifier && is_secondary) return std::make_unique<ObjectClassification>(options);
  if (!is_classifier && !is_secondary) return std::make_unique<FrameDetection>(options);
  throw ConfigError(
      options.config.path +
      (is_classifier ? " has a classifier (network-type=1) for whole frames"
                     : " has a detector (network-type=0) for objects") +
      ": expected process-mode=1 with network-type=0 or 3, or process-mode=2 with network-type=1, vdinfer "
      "detects in frames and classifies objects");
}

}  // namespace vedette

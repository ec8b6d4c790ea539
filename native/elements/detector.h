// One model, ready to run: pictures in, detections in the metadata's coordinates out. What vdinfer does for a batch.
// Used on one thread at a time; everything that cannot work throws ModelError or ConfigError on construction.
#pragma once

#include <memory>
#include <vector>

#include "detection.h"
#include "ort_session.h"
#include "parser_library.h"
#include "preprocess.h"
#include "source_frames.h"

namespace vedette {

struct DetectorOptions {
  InferConfig config;
  std::string onnxruntime;
  int threads = 1;
  unsigned parser_object_size = 28;
};

// A detection in source pixels, not clipped.
using Found = std::vector<Detection>;

class Detector {
 public:
  explicit Detector(const DetectorOptions& options);
  // The detections of each picture, in the order given.
  std::vector<Found> detect(const std::vector<const SourceFrame*>& pictures);

  const InferConfig& config() const { return config_; }
  const std::string& label(unsigned class_id) const;
  const NetworkInput& network() const { return network_; }
  const std::string& runtime_version() const { return session_.runtime_version(); }

 private:
  Placement prepare(const SourceFrame& picture, float* into);
  Preprocessor& preprocessor_for(const GstVideoInfo& info);
  void detect_some(const SourceFrame* const* pictures, size_t count, std::vector<Found>& results);
  Found in_source(Found found, const Placement& placement, const GstVideoInfo& info) const;

  InferConfig config_;
  OrtSession session_;
  NetworkInput network_;
  size_t fixed_batch_;  // 0: free
  std::vector<std::string> labels_;
  ParserLibrary parser_;
  std::vector<std::unique_ptr<Preprocessor>> preprocessors_;  // the last used first
  std::vector<float> tensor_;
};

}  // namespace vedette

// One model, ready to run: pictures in, detections in the metadata's coordinates out. What vdinfer does for a batch.
// Used on one thread at a time; everything that cannot work throws ModelError or ConfigError on construction.
//
// With several threads the pictures of a batch are shared out among them, one thread to a picture: that is faster than
// all threads on one picture after the other, whose layers wait for each other. A picture alone gets all threads.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "detection.h"
#include "inference.h"
#include "ort_session.h"
#include "parser_library.h"
#include "preprocess.h"
#include "source_frames.h"
#include "team.h"

namespace vedette {

// A detection in source pixels, not clipped.
using Found = std::vector<Detection>;

class Detector {
 public:
  explicit Detector(const InferenceOptions& options);
  // The detections of each picture, in the order given.
  std::vector<Found> detect(const std::vector<const SourceFrame*>& pictures);

  const InferConfig& config() const { return config_; }
  const std::string& label(unsigned class_id) const;
  const NetworkInput& network() const { return network_; }
  const std::string& runtime_version() const { return whole_.runtime_version(); }
  size_t max_batch() const { return fixed_batch_ > 0 ? fixed_batch_ : config_.batch_size; }

 private:
  // What one thread needs for itself.
  struct Lane {
    std::vector<std::unique_ptr<Preprocessor>> preprocessors;  // the last used first
    std::vector<float> tensor;
    OrtOutputs outputs;
  };
  size_t picture_size() const { return size_t{network_.width} * network_.height * network_.channels; }
  Placement prepare(Lane& lane, const SourceFrame& picture, float* into) const;
  Preprocessor& preprocessor_for(Lane& lane, const GstVideoInfo& info) const;
  void detect_some(const OrtSession& session, Lane& lane, const SourceFrame* const* pictures, size_t count,
                   Found* results);
  Found parse(const std::vector<Output>& outputs, size_t picture);
  Found in_source(Found found, const Placement& placement, const GstVideoInfo& info) const;

  InferConfig config_;
  OrtSession whole_;                    // all threads on one run
  std::unique_ptr<OrtSession> shared_;  // one thread to a run; null with one thread
  NetworkInput network_;
  size_t fixed_batch_;  // 0: free
  std::vector<std::string> labels_;
  ParserLibrary parser_;
  std::mutex parsing_;  // custom parsers know of no other threads
  std::vector<std::unique_ptr<Lane>> lanes_;
  Team team_;
};

}  // namespace vedette

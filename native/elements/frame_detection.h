// A primary stage: objects found in whole frames become metadata.
#pragma once

#include <map>

#include "detector.h"
#include "inference.h"

namespace vedette {

class FrameDetection : public Inference {
 public:
  explicit FrameDetection(const InferenceOptions& options) : detector_(options) {}
  size_t run(const BatchView& batch, unsigned interval) override;
  void forget(uint32_t pad) override { frames_of_pad_.erase(pad); }
  const InferConfig& config() const override { return detector_.config(); }
  const NetworkInput& network() const override { return detector_.network(); }
  const std::string& runtime_version() const override { return detector_.runtime_version(); }
  size_t max_batch() const override { return detector_.max_batch(); }

 private:
  void write(void* frame, const Found& found) const;

  Detector detector_;
  std::map<uint32_t, uint64_t> frames_of_pad_;
};

}  // namespace vedette

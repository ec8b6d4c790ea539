// What vdinfer does with a batch: detection in whole frames, or classification of objects found before.
// Used on one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "infer_config.h"
#include "meta/reader.h"
#include "preprocess.h"
#include "source_frames.h"

namespace vedette {

struct InferenceOptions {
  InferConfig config;
  std::string onnxruntime;
  int threads = 1;
  unsigned parser_object_size = 28;
};

// A buffer's metadata and pixels. Its lock is taken where the metadata is read or written, not while a network runs.
struct BatchView {
  void* meta;
  const meta::Offsets& abi;
  const std::vector<SourceFrame>& sources;
};

class Inference {
 public:
  Inference() = default;
  Inference(const Inference&) = delete;
  Inference& operator=(const Inference&) = delete;
  virtual ~Inference() = default;

  // How many pictures went through the network; 0: it had nothing to do. Throws ModelError.
  virtual size_t run(const BatchView& batch, unsigned interval) = 0;
  // The camera of this pad is gone.
  virtual void forget(uint32_t pad) = 0;

  virtual const InferConfig& config() const = 0;
  virtual const NetworkInput& network() const = 0;
  virtual const std::string& runtime_version() const = 0;
  // Pictures in one run.
  virtual size_t max_batch() const = 0;
};

// As process-mode and network-type say. Throws ModelError or ConfigError.
std::unique_ptr<Inference> make_inference(const InferenceOptions& options);

}  // namespace vedette

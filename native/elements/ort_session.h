// An ONNX model loaded by ONNX Runtime, which itself is found at run time (dlopen).
//
// Several threads may run one session, each with outputs of its own. Errors throw ModelError with a sentence that names
// what was found, what was expected and what to do.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace vedette {

struct ModelError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Tensor {
  std::string name;
  int type;                    // ONNX element type, see ort_api.h
  std::vector<int64_t> shape;  // the first is the batch; -1: free
};

// One output of a run, borrowed from its OrtOutputs.
struct Output {
  int type;
  std::vector<int64_t> shape;
  void* data;
};

// What a run gave, kept until the next run into it.
class OrtOutputs {
 public:
  OrtOutputs();
  ~OrtOutputs();
  OrtOutputs(const OrtOutputs&) = delete;
  OrtOutputs& operator=(const OrtOutputs&) = delete;
  const std::vector<Output>& all() const;

 private:
  friend class OrtSession;
  struct Values;
  std::unique_ptr<Values> values_;
};

class OrtSession {
 public:
  struct Options {
    std::string library;  // path of libonnxruntime; empty: VEDETTE_ONNXRUNTIME, then the usual names
    std::string model;
    int threads = 1;
    std::string write_to = {};  // the model as ONNX Runtime has optimised it for this machine; empty: nowhere
  };
  explicit OrtSession(const Options& options);
  ~OrtSession();
  OrtSession(const OrtSession&) = delete;
  OrtSession& operator=(const OrtSession&) = delete;

  const Tensor& input() const;
  const std::vector<Tensor>& outputs() const;
  const std::string& runtime_version() const;
  // `data` holds a float tensor of this shape.
  void run(float* data, const std::vector<int64_t>& shape, OrtOutputs& into) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

std::string shape_text(const std::vector<int64_t>& shape);

}  // namespace vedette

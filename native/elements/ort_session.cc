#include "ort_session.h"

#include <dlfcn.h>

#include <cstdlib>
#include <functional>

#include "ort_api.h"

namespace vedette {
namespace {

using namespace ort;  // NOLINT(google-build-using-namespace): the API's own names

struct Library {
  const ApiBase* base;
  const void* api;
};

// The library stays loaded: ONNX Runtime keeps threads and static state that do not survive dlclose.
Library load(const std::string& wanted) {
  const char* environment = std::getenv("VEDETTE_ONNXRUNTIME");
  std::vector<std::string> names;
  if (!wanted.empty()) {
    names = {wanted};
  } else if (environment && *environment) {
    names = {environment};
  } else {
    names = {"libonnxruntime.so.1", "libonnxruntime.so"};
  }
  std::string reasons;
  for (const std::string& name : names) {
    void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
      reasons += std::string(reasons.empty() ? "" : "; ") + dlerror();
      continue;
    }
    auto* get_base = reinterpret_cast<const ApiBase* (*)()>(dlsym(handle, "OrtGetApiBase"));
    if (!get_base) throw ModelError("\"" + name + "\" is not ONNX Runtime: it has no OrtGetApiBase");
    const ApiBase* base = get_base();
    const void* api = base->get_api(kApiVersion);
    if (!api) {
      throw ModelError("\"" + name + "\" is ONNX Runtime " + base->version() + ", expected 1." +
                       std::to_string(kApiVersion) + " or newer");
    }
    return {base, api};
  }
  throw ModelError("ONNX Runtime was not found (" + reasons +
                   "): set onnxruntime-path or VEDETTE_ONNXRUNTIME to the path of libonnxruntime.so.1");
}

}  // namespace

struct OrtSession::Parts {
  Library library;
  Env* env = nullptr;
  SessionOptions* options = nullptr;
  Session* session = nullptr;
  MemoryInfo* memory = nullptr;
  Tensor input;
  std::vector<Tensor> outputs;
  std::vector<const char*> output_names;
  std::string version;

  template <size_t Index, typename Function>
  Function* at() const {
    return entry<Index, Function>(library.api);
  }

  void check(Status* status, const std::string& doing) const {
    if (!status) return;
    const std::string message = at<index::kErrorMessage, ErrorMessage>()(status);
    at<index::kReleaseStatus, Release<Status>>()(status);
    throw ModelError(doing + ": " + message);
  }

  void open(const Options& wanted) {
    library = load(wanted.library);
    version = library.base->version();
    check(at<index::kCreateEnv, CreateEnv>()(kWarning, "vedette", &env), "ONNX Runtime does not start");
    check(at<index::kCreateOptions, CreateOptions>()(&options), "ONNX Runtime has no options");
    check(at<index::kSetIntraThreads, SetInt>()(options, wanted.threads), "infer-threads");
    check(at<index::kSetInterThreads, SetInt>()(options, 1), "inter-op threads");
    check(at<index::kSetOptimization, SetInt>()(options, kAllOptimizations), "graph optimization");
    // Decoders share the cores: a thread that spins while it waits takes them their time.
    check(at<index::kConfigEntry, ConfigEntry>()(options, "session.intra_op.allow_spinning", "0"), "spinning");
    if (!wanted.write_to.empty()) {
      check(at<index::kOptimizedModel, SetPath>()(options, wanted.write_to.c_str()), "\"" + wanted.write_to + "\"");
    }
    check(at<index::kCreateSession, CreateSession>()(env, wanted.model.c_str(), options, &session),
          "the model \"" + wanted.model + "\" (onnx-file) cannot be loaded");
    check(at<index::kCreateMemory, CreateMemory>()(kArenaAllocator, kDefaultMemory, &memory), "memory");
  }

  template <size_t TypeIndex, size_t NameIndex>
  Tensor describe(size_t i) const {
    Tensor tensor;
    Allocator* allocator = nullptr;
    check(at<index::kDefaultAllocator, DefaultAllocator>()(&allocator), "allocator");
    char* name = nullptr;
    check(at<NameIndex, NameAt>()(session, i, allocator, &name), "name of a tensor");
    tensor.name = name;
    check(at<index::kAllocatorFree, AllocatorFree>()(allocator, name), "name of a tensor");
    TypeInfo* type = nullptr;
    check(at<TypeIndex, TypeAt>()(session, i, &type), "type of " + tensor.name);
    const std::unique_ptr<TypeInfo, Release<TypeInfo>*> owned(type, at<index::kReleaseType, Release<TypeInfo>>());
    const TensorInfo* info = nullptr;
    check(at<index::kCastToTensor, CastToTensor>()(type, &info), "type of " + tensor.name);
    if (!info) throw ModelError("\"" + tensor.name + "\" of the model is not a tensor, expected one");
    read_info(info, tensor.type, tensor.shape);
    return tensor;
  }

  void read_info(const TensorInfo* info, int& type, std::vector<int64_t>& shape) const {
    check(at<index::kElementType, GetType>()(info, &type), "element type");
    size_t rank = 0;
    check(at<index::kDimsCount, GetCount>()(info, &rank), "rank");
    shape.resize(rank);
    check(at<index::kDims, GetDims>()(info, shape.data(), rank), "shape");
  }

  void describe_all() {
    size_t inputs = 0;
    size_t output_count = 0;
    check(at<index::kInputCount, Count>()(session, &inputs), "inputs");
    check(at<index::kOutputCount, Count>()(session, &output_count), "outputs");
    if (inputs != 1) {
      throw ModelError("the model has " + std::to_string(inputs) + " inputs, expected exactly one picture");
    }
    input = describe<index::kInputType, index::kInputName>(0);
    for (size_t i = 0; i < output_count; i++) {
      outputs.push_back(describe<index::kOutputType, index::kOutputName>(i));
    }
    for (const Tensor& one : outputs) output_names.push_back(one.name.c_str());
  }

  ~Parts() {
    if (memory) at<index::kReleaseMemory, Release<MemoryInfo>>()(memory);
    if (session) at<index::kReleaseSession, Release<Session>>()(session);
    if (options) at<index::kReleaseOptions, Release<SessionOptions>>()(options);
    if (env) at<index::kReleaseEnv, Release<Env>>()(env);
  }
};

struct OrtOutputs::Values {
  std::vector<Value*> values;
  std::vector<Output> outputs;
  Release<Value>* release_one = nullptr;

  void release() {
    for (Value*& value : values) {
      if (value) release_one(value);
      value = nullptr;
    }
  }
};

OrtOutputs::OrtOutputs() : values_(std::make_unique<Values>()) {}
OrtOutputs::~OrtOutputs() { values_->release(); }
const std::vector<Output>& OrtOutputs::all() const { return values_->outputs; }

OrtSession::OrtSession(const Options& options) : parts_(std::make_unique<Parts>()) {
  parts_->open(options);
  parts_->describe_all();
}

OrtSession::~OrtSession() = default;

const Tensor& OrtSession::input() const { return parts_->input; }
const std::vector<Tensor>& OrtSession::outputs() const { return parts_->outputs; }
const std::string& OrtSession::runtime_version() const { return parts_->version; }

void OrtSession::run(float* data, const std::vector<int64_t>& shape, OrtOutputs& into) const {
  const Parts& p = *parts_;
  OrtOutputs::Values& kept = *into.values_;
  kept.release();
  kept.release_one = p.at<index::kReleaseValue, Release<Value>>();
  kept.values.resize(p.outputs.size(), nullptr);
  kept.outputs.resize(p.outputs.size());
  size_t elements = 1;
  for (const int64_t one : shape) elements *= static_cast<size_t>(one);
  Value* raw = nullptr;
  p.check(p.at<index::kCreateTensor, CreateTensor>()(p.memory, data, elements * sizeof(float), shape.data(),
                                                     shape.size(), kFloat, &raw),
          "input tensor");
  const std::unique_ptr<Value, Release<Value>*> input(raw, kept.release_one);
  const char* name = p.input.name.c_str();
  const Value* inputs[] = {raw};
  p.check(p.at<index::kRun, Run>()(p.session, nullptr, &name, inputs, 1, p.output_names.data(), p.output_names.size(),
                                   kept.values.data()),
          "inference failed");
  for (size_t i = 0; i < kept.values.size(); i++) {
    TensorInfo* info = nullptr;
    p.check(p.at<index::kTensorInfo, TensorInfoOf>()(kept.values[i], &info), "output");
    const std::unique_ptr<TensorInfo, Release<TensorInfo>*> owned(
        info, p.at<index::kReleaseTensorInfo, Release<TensorInfo>>());
    p.read_info(info, kept.outputs[i].type, kept.outputs[i].shape);
    p.check(p.at<index::kTensorData, TensorData>()(kept.values[i], &kept.outputs[i].data), "output");
  }
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t one : shape)
    text += (text.empty() ? "" : "x") + (one < 0 ? std::string("?") : std::to_string(one));
  return text;
}

}  // namespace vedette

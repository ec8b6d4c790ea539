// The few entries of ONNX Runtime's C API that vdinfer uses, by their index in the append-only OrtApi table.
//
// ONNX Runtime promises that entries keep their place and signature for ever (new ones are appended), so a pointer to
// the table and an index are all that is needed: no header, no link-time symbol version. Taken for API version 11
// (ONNX Runtime 1.11, 2022) and later.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vedette::ort {

struct Status;
struct Env;
struct SessionOptions;
struct Session;
struct RunOptions;
struct MemoryInfo;
struct Value;
struct TypeInfo;
struct TensorInfo;
struct Allocator;

struct ApiBase {
  const void* (*get_api)(uint32_t version);
  const char* (*version)();
};

constexpr uint32_t kApiVersion = 11;
constexpr int kWarning = 2, kArenaAllocator = 1, kDefaultMemory = 0, kAllOptimizations = 99;
enum ElementType : int { kFloat = 1, kUint8 = 2, kInt8 = 3, kInt32 = 6, kInt64 = 7, kHalf = 10 };

template <size_t Index, typename Function>
Function* entry(const void* api) {
  return reinterpret_cast<Function*>(static_cast<void* const*>(api)[Index]);
}

using ErrorMessage = const char*(const Status*);
using CreateEnv = Status*(int severity, const char* id, Env** out);
using CreateSession = Status*(const Env*, const char* path, const SessionOptions*, Session** out);
using Run = Status*(Session*, const RunOptions*, const char* const* input_names, const Value* const* inputs,
                    size_t inputs_length, const char* const* output_names, size_t outputs_length, Value** outputs);
using CreateOptions = Status*(SessionOptions** out);
using SetInt = Status*(SessionOptions*, int value);
using SetPath = Status*(SessionOptions*, const char* path);
using Count = Status*(const Session*, size_t* out);
using TypeAt = Status*(const Session*, size_t index, TypeInfo** out);
using NameAt = Status*(const Session*, size_t index, Allocator*, char** out);
using CreateTensor = Status*(const MemoryInfo*, void* data, size_t bytes, const int64_t* shape, size_t rank, int type,
                             Value** out);
using TensorData = Status*(Value*, void** out);
using CastToTensor = Status*(const TypeInfo*, const TensorInfo** out);
using GetType = Status*(const TensorInfo*, int* out);
using GetCount = Status*(const TensorInfo*, size_t* out);
using GetDims = Status*(const TensorInfo*, int64_t* values, size_t length);
using TensorInfoOf = Status*(const Value*, TensorInfo** out);
using CreateMemory = Status*(int allocator, int type, MemoryInfo** out);
using AllocatorFree = Status*(Allocator*, void*);
using DefaultAllocator = Status*(Allocator** out);
using ConfigEntry = Status*(SessionOptions*, const char* key, const char* value);
template <typename T>
using Release = void(T*);

namespace index {
constexpr size_t kErrorMessage = 2, kCreateEnv = 3, kCreateSession = 7, kRun = 9, kCreateOptions = 10,
                 kOptimizedModel = 11, kSetOptimization = 23, kSetIntraThreads = 24, kSetInterThreads = 25,
                 kInputCount = 30, kOutputCount = 31, kInputType = 33, kOutputType = 34, kInputName = 36,
                 kOutputName = 37, kCreateTensor = 49, kTensorData = 51, kCastToTensor = 55, kElementType = 60,
                 kDimsCount = 61, kDims = 62, kElementCount = 64, kTensorInfo = 65, kCreateMemory = 69,
                 kAllocatorFree = 76, kDefaultAllocator = 78, kReleaseEnv = 92, kReleaseStatus = 93,
                 kReleaseMemory = 94, kReleaseSession = 95, kReleaseValue = 96, kReleaseType = 98,
                 kReleaseTensorInfo = 99, kReleaseOptions = 100, kConfigEntry = 130;
}  // namespace index

}  // namespace vedette::ort

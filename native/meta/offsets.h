// Where the fields of NVIDIA DeepStream's metadata structures lie, per ABI class.
//
// The only such table in the project: the reader and the writer both use it. Measured by compiling the public headers
// of DeepStream 5.0 to 9.1 (equal on x86-64 and aarch64). Knows neither GStreamer nor Node-API, allocates nothing,
// and is constant: any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::meta {

// A0: 5.0 developer preview. A: 5.0, 5.1. B: 6.0 to 7.1. C: 8.0. D: 9.0 to 9.2.
enum class AbiClass : uint8_t { kA0, kA, kB, kC, kD };
constexpr int kAbiClasses = 5;
constexpr uint16_t kAbsent = 0xFFFF;
constexpr uint64_t kUntracked = 0xFFFFFFFFFFFFFFFF;
constexpr float kRadiansPerDegree = 0.01745329252F;  // NvOSD_RectParams.rotation_angle is in degrees

struct Offsets {
  AbiClass abi;
  const char* name;
  const char* versions;
  struct {
    uint16_t frame, object, classifier, label_info, user, display, rect;
  } size;
  struct {
    uint16_t pipeline_width, pipeline_height, sensor_info;
  } frame;
  struct {
    uint16_t detector_bbox, tracker_bbox, confidence, tracker_confidence, rect, mask, text, label, classifier_list,
        user_list;
  } object;
  uint16_t rotation_angle;       // within the rectangle, 9.0 and later
  uint16_t detection_info_size;  // NvDsInferObjectDetectionInfo of custom parsers, see elements/parser_library.h
};

const Offsets& offsets_of(AbiClass abi);

// The table whose object and frame sizes these are, or null. DeepStream writes both sizes into its pools
// (`element_size`), so they identify the class from the first buffer, whatever version the libraries claim.
const Offsets* recognise(uint32_t object_size, uint32_t frame_size);

// In words, for the error that follows a null from `recognise`.
std::string refusal(uint32_t object_size, uint32_t frame_size);

// "A0", "A", "B", "C" or "D"; null for anything else.
const Offsets* offsets_by_name(std::string_view name);

// Fields that lie at the same place in every class.
namespace at {
constexpr int kBaseBatch = 0, kBaseType = 8, kBaseContext = 16, kBaseCopy = 24, kBaseRelease = 32, kBaseSize = 40;
constexpr int kPoolType = 0, kPoolMax = 4, kPoolElementSize = 8, kPoolEmptyCount = 12, kPoolFullCount = 16,
              kPoolEmpty = 24, kPoolFull = 32, kPoolCopy = 40, kPoolRelease = 48, kPoolSize = 56;
constexpr int kBatchMaxFrames = 40, kBatchFrames = 44, kBatchFramePool = 48, kBatchObjectPool = 56,
              kBatchClassifierPool = 64, kBatchDisplayPool = 72, kBatchUserPool = 80, kBatchLabelPool = 88,
              kBatchFrameList = 96, kBatchUserList = 104, kBatchMutex = 112, kBatchSize = 192;
constexpr int kFramePad = 40, kFrameBatchId = 44, kFrameNumber = 48, kFramePts = 56, kFrameNtp = 64, kFrameSource = 72,
              kFrameSurfaces = 76, kFrameSourceWidth = 80, kFrameSourceHeight = 84, kFrameObjects = 96,
              kFrameInferDone = 100, kFrameObjectList = 104, kFrameDisplayList = 112, kFrameUserList = 120;
constexpr int kObjectParent = 40, kObjectComponent = 48, kObjectClass = 52, kObjectId = 56;
constexpr int kSensorInfoSize = 32;
constexpr int kRectLeft = 0, kRectTop = 4, kRectWidth = 8, kRectHeight = 12, kRectBorder = 16, kRectBorderColor = 24;
constexpr int kColorRed = 0, kColorAlpha = 24;
constexpr int kMaskData = 0, kMaskSize = 8, kMaskThreshold = 12, kMaskWidth = 16, kMaskHeight = 20;
constexpr int kClassifierLabels = 40, kClassifierComponent = 44, kClassifierList = 48;
constexpr int kLabelClasses = 40, kLabelText = 44, kLabelTextLong = 176, kLabelClass = 184, kLabelId = 188,
              kLabelProbability = 192;
constexpr int kUserData = 40;
constexpr int kTextDisplay = 0;
constexpr int kMetaData = 16, kMetaUserData = 24, kMetaType = 32, kMetaCopy = 40, kMetaFree = 48, kMetaTransform = 56,
              kMetaRelease = 64, kMetaSize = 72;
constexpr int kLabelLength = 128;
}  // namespace at

// NvDsMetaType values that are equal in every version, and GstNvDsMetaType's first.
enum MetaType : int32_t {
  kBatchType = 1,
  kFrameType = 2,
  kObjectType = 3,
  kDisplayType = 4,
  kClassifierType = 5,
  kLabelInfoType = 6,
  kUserType = 7,
  kGstBatchType = 4097,
};

template <typename T>
T& field(void* structure, int offset) {
  return *reinterpret_cast<T*>(static_cast<uint8_t*>(structure) + offset);
}
template <typename T>
const T& field(const void* structure, int offset) {
  return *reinterpret_cast<const T*>(static_cast<const uint8_t*>(structure) + offset);
}

}  // namespace vedette::meta

#include "writer.h"

#include <algorithm>
#include <cstring>

#include "owned_batch.h"

namespace vedette::meta {
namespace {

class Locked {
 public:
  explicit Locked(OwnedBatch& batch) : mutex_(&batch.mutex()) { g_rec_mutex_lock(mutex_); }
  ~Locked() { g_rec_mutex_unlock(mutex_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  GRecMutex* mutex_;
};

// NVIDIA's nvinfer marks what it finds with a red border of three pixels, unless its configuration says otherwise.
void set_border(void* rect) {
  field<uint32_t>(rect, at::kRectBorder) = 3;
  field<double>(rect, at::kRectBorderColor + at::kColorRed) = 1.0;
  field<double>(rect, at::kRectBorderColor + at::kColorAlpha) = 1.0;
}

// Before 6.0 the place of these fields was reserved.
int space_offset() { return offsets_of(AbiClass::kB).frame.pipeline_width; }

}  // namespace

const Space& written_space(const void* frame) { return field<Space>(frame, space_offset()); }

void* add_frame(void* batch, const NewFrame& values) {
  OwnedBatch& owner = OwnedBatch::of(batch);
  Locked lock(owner);
  void* frame = owner.frames.acquire();
  field<uint32_t>(frame, at::kFramePad) = values.pad_index;
  field<uint32_t>(frame, at::kFrameSource) = values.pad_index;
  field<uint32_t>(frame, at::kFrameBatchId) = values.batch_id;
  field<int32_t>(frame, at::kFrameNumber) = values.number;
  field<uint64_t>(frame, at::kFramePts) = values.pts_ns;
  field<uint64_t>(frame, at::kFrameNtp) = values.ntp_ns;
  field<uint32_t>(frame, at::kFrameSurfaces) = 1;
  field<uint32_t>(frame, at::kFrameSourceWidth) = values.source_width;
  field<uint32_t>(frame, at::kFrameSourceHeight) = values.source_height;
  field<Space>(frame, space_offset()) = {values.pipeline_width, values.pipeline_height};
  owner.append_frame(frame);
  return frame;
}

void* add_object(void* frame, const NewObject& values) {
  OwnedBatch& owner = OwnedBatch::of(field<void*>(frame, at::kBaseBatch));
  Locked lock(owner);
  const auto& offsets = owner.abi.object;
  void* object = owner.objects.acquire();
  field<int32_t>(object, at::kObjectComponent) = values.component_id;
  field<int32_t>(object, at::kObjectClass) = values.class_id;
  field<uint64_t>(object, at::kObjectId) = kUntracked;
  field<float>(object, offsets.confidence) = values.confidence;
  field<Box>(object, offsets.rect) = values.rect;
  set_border(&field<uint8_t>(object, offsets.rect));
  field<void*>(object, at::kObjectParent) = values.parent;
  if (offsets.detector_bbox != kAbsent) field<Box>(object, offsets.detector_bbox) = values.unclipped;
  const size_t length = std::min<size_t>(values.label.size(), at::kLabelLength - 1);
  std::memcpy(&field<char>(object, offsets.label), values.label.data(), length);
  // The pool frees this with g_free, here as in libnvds_meta.
  field<char*>(object, offsets.text + at::kTextDisplay) = g_strndup(values.label.data(), length);
  prepend_object(frame, object);
  return object;
}

void remove_object(void* frame, void* object) {
  OwnedBatch& owner = OwnedBatch::of(field<void*>(frame, at::kBaseBatch));
  Locked lock(owner);
  GList*& list = field<GList*>(frame, at::kFrameObjectList);
  GList* node = g_list_find(list, object);
  if (!node) return;
  list = g_list_delete_link(list, node);
  field<uint32_t>(frame, at::kFrameObjects)--;
  owner.release(object);
}

void set_component(void* object, int32_t component_id) { field<int32_t>(object, at::kObjectComponent) = component_id; }

void set_inferred(void* frame, bool inferred) { field<int32_t>(frame, at::kFrameInferDone) = inferred ? 1 : 0; }

void set_track(void* object, const Track& track) {
  const auto& offsets = abi_of(object).object;
  field<uint64_t>(object, at::kObjectId) = track.id;
  field<Box>(object, offsets.rect) = track.rect;
  if (offsets.tracker_bbox != kAbsent) field<Box>(object, offsets.tracker_bbox) = track.unclipped;
  if (offsets.tracker_confidence != kAbsent) field<float>(object, offsets.tracker_confidence) = track.confidence;
}

bool set_mask(void* object, uint32_t width, uint32_t height, const float* values, float threshold) {
  const uint16_t mask = abi_of(object).object.mask;
  if (mask == kAbsent) return false;
  void* params = &field<uint8_t>(object, mask);
  const size_t size = sizeof(float) * width * height;
  g_free(field<void*>(params, at::kMaskData));
  field<void*>(params, at::kMaskData) = g_malloc(size);
  std::memcpy(field<void*>(params, at::kMaskData), values, size);
  field<uint32_t>(params, at::kMaskSize) = static_cast<uint32_t>(size);
  field<float>(params, at::kMaskThreshold) = threshold;
  field<uint32_t>(params, at::kMaskWidth) = width;
  field<uint32_t>(params, at::kMaskHeight) = height;
  return true;
}

bool set_rotation(void* object, float radians) {
  const Offsets& abi = abi_of(object);
  if (abi.rotation_angle == kAbsent) return false;
  field<float>(object, abi.object.rect + abi.rotation_angle) = radians / kRadiansPerDegree;
  return true;
}

void* add_classifier(void* object, const NewClassifier& values) {
  OwnedBatch& owner = OwnedBatch::of(field<void*>(object, at::kBaseBatch));
  Locked lock(owner);
  void* classifier = owner.classifiers.acquire();
  field<int32_t>(classifier, at::kClassifierComponent) = values.component_id;
  for (const NewLabel& one : values.labels) {
    void* label = owner.labels.acquire();
    field<uint32_t>(label, at::kLabelId) = field<uint32_t>(classifier, at::kClassifierLabels)++;
    field<uint32_t>(label, at::kLabelClass) = one.class_id;
    field<float>(label, at::kLabelProbability) = one.probability;
    const size_t length = std::min<size_t>(one.label.size(), at::kLabelLength - 1);
    std::memcpy(&field<char>(label, at::kLabelText), one.label.data(), length);
    if (length < one.label.size()) {
      field<char*>(label, at::kLabelTextLong) = g_strndup(one.label.data(), one.label.size());
    }
    prepend(classifier, at::kClassifierList, label);
  }
  prepend(object, owner.abi.object.classifier_list, classifier);
  return classifier;
}

namespace {

void* add_user(void* to, int list, const NewUser& values) {
  OwnedBatch& owner = OwnedBatch::of(field<void*>(to, at::kBaseBatch));
  Locked lock(owner);
  void* user = owner.users.acquire();
  field<int32_t>(user, at::kBaseType) = values.type;
  field<UserCopy>(user, at::kBaseCopy) = values.copy;
  field<UserFree>(user, at::kBaseRelease) = values.free;
  field<void*>(user, at::kUserData) = values.data;
  prepend(to, list, user);
  return user;
}

}  // namespace

void* add_object_user(void* object, const NewUser& values) {
  return add_user(object, abi_of(object).object.user_list, values);
}

void* add_frame_user(void* frame, const NewUser& values) { return add_user(frame, at::kFrameUserList, values); }

const Offsets& abi_of(const void* frame_or_object) {
  return OwnedBatch::of(field<void*>(frame_or_object, at::kBaseBatch)).abi;
}

}  // namespace vedette::meta

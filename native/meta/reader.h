// Reads NvDsBatchMeta without DeepStream's headers or libraries: by the tag "nvdsmeta" and the table in offsets.h.
//
//   void* batch = meta::find_batch(buffer);              // null: nothing attached
//   const meta::Offsets* abi = meta::recognise_batch(batch);  // null: say meta::refusal_of(batch) and stop
//   meta::Batch reader(batch, *abi);                     // holds the metadata's lock until it goes out of scope
//   for (meta::Frame frame : reader.frames())
//     for (meta::Object object : frame.objects()) …
//
// Nothing is copied or allocated: every accessor looks into the metadata, so copy out what must outlive the probe.
// Runs on the streaming thread; the lock is recursive and is the innermost one: do not call out while it is held.
#pragma once

#include <gst/gst.h>

#include <string>
#include <string_view>

#include "box.h"
#include "offsets.h"

namespace vedette::meta {

void* find_batch(GstBuffer* buffer);
const Offsets* recognise_batch(const void* batch);
std::string refusal_of(const void* batch);

// A GList of structures seen as a range of T(structure, table).
template <typename T>
class Range {
 public:
  struct Iterator {
    GList* at;
    const Offsets* abi;
    T operator*() const { return T(at->data, *abi); }
    Iterator& operator++() { return at = at->next, *this; }
    bool operator!=(const Iterator& other) const { return at != other.at; }
  };
  Range(GList* head, const Offsets& abi) : head_(head), abi_(&abi) {}
  Iterator begin() const { return {head_, abi_}; }
  Iterator end() const { return {nullptr, abi_}; }

 private:
  GList* head_;
  const Offsets* abi_;
};

// One attribute that a classifier tells of an object: a colour, a make.
class Label {
 public:
  Label(void* at, const Offsets&) : at_(at) {}
  uint32_t class_id() const { return field<uint32_t>(at_, at::kLabelClass); }
  float probability() const { return field<float>(at_, at::kLabelProbability); }
  std::string_view text() const;

 private:
  void* at_;
};

// What one classifier found.
class Classifier {
 public:
  Classifier(void* at, const Offsets& abi) : at_(at), abi_(&abi) {}
  int32_t component_id() const { return field<int32_t>(at_, at::kClassifierComponent); }
  // DeepStream prepends: the last attribute is first.
  Range<Label> labels() const { return {field<GList*>(at_, at::kClassifierList), *abi_}; }

 private:
  void* at_;
  const Offsets* abi_;
};

// What a plugin attached. What `data` is, only its type tells.
class User {
 public:
  User(void* at, const Offsets&) : at_(at) {}
  int32_t type() const { return field<int32_t>(at_, at::kBaseType); }
  const void* data() const { return field<const void*>(at_, at::kUserData); }

 private:
  void* at_;
};

// Row by row over the object's rectangle; what is above the threshold belongs to the object.
struct Mask {
  const float* values = nullptr;  // null: the object has none
  uint32_t width = 0, height = 0;
  float threshold = 0;
};

class Object {
 public:
  Object(void* at, const Offsets& abi) : at_(at), abi_(&abi) {}
  int32_t component_id() const { return field<int32_t>(at_, at::kObjectComponent); }
  int32_t class_id() const { return field<int32_t>(at_, at::kObjectClass); }
  uint64_t id() const { return field<uint64_t>(at_, at::kObjectId); }  // kUntracked: no tracker has seen it
  float confidence() const { return field<float>(at_, abi_->object.confidence); }
  // -1 where the class has no such field.
  float tracker_confidence() const {
    const uint16_t offset = abi_->object.tracker_confidence;
    return offset == kAbsent ? -1.0F : field<float>(at_, offset);
  }
  const Box& rect() const { return field<Box>(at_, abi_->object.rect); }  // in the frame's pipeline space
  std::string_view label() const;
  // In radians, clockwise about the middle of the rectangle; 0 where the class has none.
  float rotation() const {
    if (abi_->rotation_angle == kAbsent) return 0;
    return field<float>(at_, abi_->object.rect + abi_->rotation_angle) * kRadiansPerDegree;
  }
  bool has_mask() const {
    return abi_->object.mask != kAbsent && field<void*>(at_, abi_->object.mask + at::kMaskData) != nullptr;
  }
  Mask mask() const;
  void* parent() const { return field<void*>(at_, at::kObjectParent); }  // null: found in the whole frame
  Range<Classifier> classifiers() const { return {field<GList*>(at_, abi_->object.classifier_list), *abi_}; }
  Range<User> user() const { return {field<GList*>(at_, abi_->object.user_list), *abi_}; }
  // The processor begins to fetch id, class, confidence, rectangle, rotation and mask.
  void prefetch() const {
    __builtin_prefetch(&field<uint8_t>(at_, at::kObjectClass));
    __builtin_prefetch(&rect());
    if (abi_->object.mask != kAbsent) __builtin_prefetch(&field<uint8_t>(at_, abi_->object.mask));
  }
  void* raw() const { return at_; }

 private:
  void* at_;
  const Offsets* abi_;
};

class Frame {
 public:
  Frame(void* at, const Offsets& abi) : at_(at), abi_(&abi) {}
  uint32_t pad_index() const { return field<uint32_t>(at_, at::kFramePad); }
  uint32_t batch_id() const { return field<uint32_t>(at_, at::kFrameBatchId); }
  int32_t number() const { return field<int32_t>(at_, at::kFrameNumber); }
  uint64_t pts_ns() const { return field<uint64_t>(at_, at::kFramePts); }
  uint64_t ntp_ns() const { return field<uint64_t>(at_, at::kFrameNtp); }
  uint32_t source_id() const { return field<uint32_t>(at_, at::kFrameSource); }
  uint32_t source_width() const { return field<uint32_t>(at_, at::kFrameSourceWidth); }
  uint32_t source_height() const { return field<uint32_t>(at_, at::kFrameSourceHeight); }
  // The space of the objects' rectangles; 0 where the class has no such field (before 6.0): use the mux's own size.
  uint32_t pipeline_width() const;
  uint32_t pipeline_height() const;
  uint32_t object_count() const { return field<uint32_t>(at_, at::kFrameObjects); }
  bool inferred() const { return field<int32_t>(at_, at::kFrameInferDone) != 0; }
  // DeepStream prepends: the newest object is first.
  Range<Object> objects() const { return {field<GList*>(at_, at::kFrameObjectList), *abi_}; }
  Range<User> user() const { return {field<GList*>(at_, at::kFrameUserList), *abi_}; }
  void* raw() const { return at_; }

 private:
  void* at_;
  const Offsets* abi_;
};

class Batch {
 public:
  Batch(void* at, const Offsets& abi);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  uint32_t frame_count() const { return field<uint32_t>(at_, at::kBatchFrames); }
  Range<Frame> frames() const { return {field<GList*>(at_, at::kBatchFrameList), *abi_}; }
  // False when no object or frame of the batch has any: the pools count what they gave out. Most batches have none, and
  // need not be searched.
  bool may_have_labels() const { return in_use(at::kBatchClassifierPool) > 0; }
  bool may_have_user() const { return in_use(at::kBatchUserPool) > 0; }

 private:
  uint32_t in_use(int pool) const;

  void* at_;
  const Offsets* abi_;
};

}  // namespace vedette::meta

// Copying a batch as libnvds_meta does when a buffer is copied: every element anew, from the copy's own pools.
#include <cstring>

#include "owned_batch.h"

namespace vedette::meta {
namespace {

// All but the element's NvDsBaseMeta, which names the batch it is in.
void copy_fields(void* to, const void* from, uint32_t size) {
  std::memcpy(static_cast<uint8_t*>(to) + at::kBaseSize, static_cast<const uint8_t*>(from) + at::kBaseSize,
              size - at::kBaseSize);
}

// Backwards, since prepending turns the order round.
template <typename Copy>
void copy_list(const void* from, int list, Copy copy) {
  for (GList* one = g_list_last(field<GList*>(from, list)); one; one = one->prev) copy(one->data);
}

void copy_classifier(OwnedBatch& into, void* object, const void* from) {
  void* classifier = into.classifiers.acquire();
  copy_fields(classifier, from, into.abi.size.classifier);
  field<GList*>(classifier, at::kClassifierList) = nullptr;
  copy_list(from, at::kClassifierList, [&](const void* one) {
    void* label = into.labels.acquire();
    copy_fields(label, one, into.abi.size.label_info);
    field<char*>(label, at::kLabelTextLong) = g_strdup(field<char*>(one, at::kLabelTextLong));
    prepend(classifier, at::kClassifierList, label);
  });
  prepend(object, into.abi.object.classifier_list, classifier);
}

void copy_users(OwnedBatch& into, void* to, const void* from, int list) {
  field<GList*>(to, list) = nullptr;
  copy_list(from, list, [&](void* one) {
    const auto copy = field<UserCopy>(one, at::kBaseCopy);
    if (!copy) return;
    void* user = into.users.acquire();
    field<int32_t>(user, at::kBaseType) = field<int32_t>(one, at::kBaseType);
    field<UserCopy>(user, at::kBaseCopy) = copy;
    field<UserFree>(user, at::kBaseRelease) = field<UserFree>(one, at::kBaseRelease);
    field<void*>(user, at::kUserData) = copy(one, nullptr);
    prepend(to, list, user);
  });
}

void copy_mask(void* object, uint16_t mask) {
  if (mask == kAbsent) return;
  void* params = &field<uint8_t>(object, mask);
  void*& values = field<void*>(params, at::kMaskData);
  const uint32_t size = field<uint32_t>(params, at::kMaskSize);
  if (!values) return;
  void* own = g_malloc(size);
  std::memcpy(own, values, size);
  values = own;
}

void copy_object(OwnedBatch& into, void* frame, const void* from) {
  void* object = into.objects.acquire();
  copy_fields(object, from, into.abi.size.object);
  const auto& offsets = into.abi.object;
  field<char*>(object, offsets.text + at::kTextDisplay) = g_strdup(field<char*>(from, offsets.text + at::kTextDisplay));
  copy_mask(object, offsets.mask);
  field<GList*>(object, offsets.classifier_list) = nullptr;
  copy_list(from, offsets.classifier_list, [&](const void* one) { copy_classifier(into, object, one); });
  copy_users(into, object, from, offsets.user_list);
  prepend_object(frame, object);
}

// Both lists have the same order; a parent is an object of the same frame.
void move_parents(GList* copies, GList* originals) {
  for (GList* one = copies; one; one = one->next) {
    void*& parent = field<void*>(one->data, at::kObjectParent);
    if (!parent) continue;
    const gint at = g_list_index(originals, parent);
    parent = at < 0 ? nullptr : g_list_nth_data(copies, static_cast<guint>(at));
  }
}

void copy_frame(OwnedBatch& into, const void* from) {
  void* frame = into.frames.acquire();
  copy_fields(frame, from, into.abi.size.frame);
  field<GList*>(frame, at::kFrameObjectList) = nullptr;
  field<GList*>(frame, at::kFrameDisplayList) = nullptr;  // what only nvdsosd looks at, and our elements never write
  if (into.abi.frame.sensor_info != kAbsent) {
    std::memset(&field<uint8_t>(frame, into.abi.frame.sensor_info), 0, at::kSensorInfoSize);
  }
  field<uint32_t>(frame, at::kFrameObjects) = 0;
  copy_list(from, at::kFrameObjectList, [&](const void* one) { copy_object(into, frame, one); });
  move_parents(field<GList*>(frame, at::kFrameObjectList), field<GList*>(from, at::kFrameObjectList));
  copy_users(into, frame, from, at::kFrameUserList);
  into.append_frame(frame);
}

}  // namespace

OwnedBatch* OwnedBatch::copy() {
  g_rec_mutex_lock(&mutex());
  auto* twin = new OwnedBatch(abi, field<uint32_t>(raw, at::kBatchFrames), field<uint32_t>(raw, at::kBatchMaxFrames));
  for (GList* one = field<GList*>(raw, at::kBatchFrameList); one; one = one->next) copy_frame(*twin, one->data);
  g_rec_mutex_unlock(&mutex());
  return twin;
}

}  // namespace vedette::meta

#include "owned_batch.h"

#include <gst/gst.h>

#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "writer.h"

namespace vedette::meta {

static_assert(sizeof(GstMeta) == at::kMetaData && sizeof(GRecMutex) == 16, "the layout of NvDsMeta supposes LP64");

OwnedBatch::OwnedBatch(const Offsets& table, uint32_t frame_count, uint32_t max_frames) : abi(table) {
  field<void*>(raw, at::kBaseBatch) = this;
  field<int32_t>(raw, at::kBaseType) = kBatchType;
  field<uint32_t>(raw, at::kBatchMaxFrames) = max_frames;
  g_rec_mutex_init(&mutex());
  frames.start(this, kFrameType, abi.size.frame, frame_count);
  objects.start(this, kObjectType, abi.size.object, 8 * frame_count);
  classifiers.start(this, kClassifierType, abi.size.classifier, 0);
  displays.start(this, kDisplayType, abi.size.display, 0);
  users.start(this, kUserType, abi.size.user, 0);
  labels.start(this, kLabelInfoType, abi.size.label_info, 0);
  field<void*>(raw, at::kBatchFramePool) = frames.raw();
  field<void*>(raw, at::kBatchObjectPool) = objects.raw();
  field<void*>(raw, at::kBatchClassifierPool) = classifiers.raw();
  field<void*>(raw, at::kBatchDisplayPool) = displays.raw();
  field<void*>(raw, at::kBatchUserPool) = users.raw();
  field<void*>(raw, at::kBatchLabelPool) = labels.raw();
}

namespace {

void free_users(GList* list) {
  for (GList* one = list; one; one = one->next) {
    if (auto release = field<UserFree>(one->data, at::kBaseRelease)) release(one->data, nullptr);
  }
  g_list_free(list);
}

void free_classifiers(GList* list) {
  for (GList* one = list; one; one = one->next) {
    GList* labels = field<GList*>(one->data, at::kClassifierList);
    for (GList* label = labels; label; label = label->next) g_free(field<char*>(label->data, at::kLabelTextLong));
    g_list_free(labels);
  }
  g_list_free(list);
}

}  // namespace

OwnedBatch::~OwnedBatch() {
  GList* list = field<GList*>(raw, at::kBatchFrameList);
  for (GList* one = list; one; one = one->next) {
    GList* found = field<GList*>(one->data, at::kFrameObjectList);
    for (GList* object = found; object; object = object->next) free_parts(object->data);
    g_list_free(found);
    free_users(field<GList*>(one->data, at::kFrameUserList));
  }
  g_list_free(list);
  g_rec_mutex_clear(&mutex());
}

void OwnedBatch::append_frame(void* frame) {
  GList*& list = field<GList*>(raw, at::kBatchFrameList);
  list = g_list_append(list, frame);
  field<uint32_t>(raw, at::kBatchFrames)++;
}

void OwnedBatch::free_parts(void* object) const {
  g_free(field<char*>(object, abi.object.text + at::kTextDisplay));
  if (abi.object.mask != kAbsent) g_free(field<void*>(object, abi.object.mask + at::kMaskData));
  // A detector alone writes none of these: what is not there is not looked for in every object.
  if (classifiers.in_use() > 0) free_classifiers(field<GList*>(object, abi.object.classifier_list));
  if (users.in_use() > 0) free_users(field<GList*>(object, abi.object.user_list));
}

void OwnedBatch::release(void* object) {
  std::vector<std::pair<Pool*, void*>> parts{{&objects, object}};
  for (GList* one = field<GList*>(object, abi.object.classifier_list); one; one = one->next) {
    parts.emplace_back(&classifiers, one->data);
    GList* label = field<GList*>(one->data, at::kClassifierList);
    for (; label; label = label->next) parts.emplace_back(&labels, label->data);
  }
  for (GList* one = field<GList*>(object, abi.object.user_list); one; one = one->next) {
    parts.emplace_back(&users, one->data);
  }
  free_parts(object);
  for (const auto& [pool, part] : parts) pool->release(part);
}

void prepend(void* structure, int list, void* element) {
  GList*& head = field<GList*>(structure, list);
  head = g_list_prepend(head, element);
}

void prepend_object(void* frame, void* object) {
  prepend(frame, at::kFrameObjectList, object);
  field<uint32_t>(frame, at::kFrameObjects)++;
}

namespace {

gpointer copy_batch(gpointer batch, gpointer) { return OwnedBatch::of(batch).copy(); }
void free_batch(gpointer batch, gpointer) { delete &OwnedBatch::of(batch); }

using CopyFunc = gpointer (*)(gpointer, gpointer);
using FreeFunc = void (*)(gpointer, gpointer);

gboolean init_meta(GstMeta* one, gpointer, GstBuffer*) {
  std::memset(reinterpret_cast<uint8_t*>(one) + sizeof(GstMeta), 0, at::kMetaSize - sizeof(GstMeta));
  return TRUE;
}

void free_meta(GstMeta* one, GstBuffer*) {
  auto free_data = field<FreeFunc>(one, at::kMetaFree);
  if (free_data) free_data(field<gpointer>(one, at::kMetaData), field<gpointer>(one, at::kMetaUserData));
}

void attach(GstBuffer* buffer, OwnedBatch* batch);

gboolean transform_meta(GstBuffer* to, GstMeta* one, GstBuffer*, GQuark type, gpointer) {
  if (!GST_META_TRANSFORM_IS_COPY(type)) return FALSE;
  attach(to, OwnedBatch::of(field<void*>(one, at::kMetaData)).copy());
  return TRUE;
}

// Our own names, registered when first used: where DeepStream's libraries are loaded too, "NvDsMetaAPI" is theirs.
const GstMetaInfo* meta_info() {
  static const GstMetaInfo* info = [] {
    static const gchar* tags[] = {"nvdsmeta", nullptr};
    const GType api = gst_meta_api_type_register("VedetteDsMetaAPI", tags);
    return gst_meta_register(api, "VedetteDsMeta", at::kMetaSize, init_meta, free_meta, transform_meta);
  }();
  return info;
}

void attach(GstBuffer* buffer, OwnedBatch* batch) {
  GstMeta* one = gst_buffer_add_meta(buffer, meta_info(), nullptr);
  field<void*>(one, at::kMetaData) = batch;
  field<int32_t>(one, at::kMetaType) = kGstBatchType;
  field<CopyFunc>(one, at::kMetaCopy) = copy_batch;
  field<FreeFunc>(one, at::kMetaFree) = free_batch;
}

}  // namespace

void* attach_batch(GstBuffer* buffer, const Offsets& abi, uint32_t frames, uint32_t max_frames) {
  auto* batch = new OwnedBatch(abi, frames, max_frames);
  attach(buffer, batch);
  return batch;
}

}  // namespace vedette::meta

#include "owned_batch.h"

#include <gst/gst.h>

#include <cstddef>
#include <cstring>

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

OwnedBatch::~OwnedBatch() {
  GList* list = field<GList*>(raw, at::kBatchFrameList);
  for (GList* one = list; one; one = one->next) {
    GList* found = field<GList*>(one->data, at::kFrameObjectList);
    for (GList* object = found; object; object = object->next) free_strings(object->data);
    g_list_free(found);
  }
  g_list_free(list);
  g_rec_mutex_clear(&mutex());
}

void OwnedBatch::append_frame(void* frame) {
  GList*& list = field<GList*>(raw, at::kBatchFrameList);
  list = g_list_append(list, frame);
  field<uint32_t>(raw, at::kBatchFrames)++;
}

void OwnedBatch::free_strings(void* object) const {
  g_free(field<char*>(object, abi.object.text + at::kTextDisplay));
  field<char*>(object, abi.object.text + at::kTextDisplay) = nullptr;
  if (abi.object.mask == kAbsent) return;
  g_free(field<void*>(object, abi.object.mask));
  field<void*>(object, abi.object.mask) = nullptr;
}

void prepend_object(void* frame, void* object) {
  GList*& list = field<GList*>(frame, at::kFrameObjectList);
  list = g_list_prepend(list, object);
  field<uint32_t>(frame, at::kFrameObjects)++;
}

namespace {

// Copies an element but for its NvDsBaseMeta, which names the batch it is in.
void copy_fields(void* to, const void* from, uint32_t size) {
  constexpr int kBaseSize = 40;
  std::memcpy(static_cast<uint8_t*>(to) + kBaseSize, static_cast<const uint8_t*>(from) + kBaseSize, size - kBaseSize);
}

void copy_object(OwnedBatch& into, void* frame, const void* from) {
  void* object = into.objects.acquire();
  copy_fields(object, from, into.abi.size.object);
  const auto& offsets = into.abi.object;
  field<char*>(object, offsets.text + at::kTextDisplay) = g_strdup(field<char*>(from, offsets.text + at::kTextDisplay));
  // Lists of other elements and masks are not ours to duplicate.
  field<GList*>(object, offsets.classifier_list) = nullptr;
  field<GList*>(object, offsets.user_list) = nullptr;
  if (offsets.mask != kAbsent) std::memset(&field<uint8_t>(object, offsets.mask), 0, 24);
  field<void*>(object, at::kObjectParent) = nullptr;
  prepend_object(frame, object);
}

}  // namespace

OwnedBatch* OwnedBatch::copy() {
  g_rec_mutex_lock(&mutex());
  auto* twin = new OwnedBatch(abi, field<uint32_t>(raw, at::kBatchFrames), field<uint32_t>(raw, at::kBatchMaxFrames));
  for (GList* one = field<GList*>(raw, at::kBatchFrameList); one; one = one->next) {
    void* frame = twin->frames.acquire();
    copy_fields(frame, one->data, abi.size.frame);
    for (const int list : {at::kFrameObjectList, at::kFrameDisplayList, at::kFrameUserList}) {
      field<GList*>(frame, list) = nullptr;
    }
    if (abi.frame.sensor_info != kAbsent) std::memset(&field<uint8_t>(frame, abi.frame.sensor_info), 0, 32);
    field<uint32_t>(frame, at::kFrameObjects) = 0;
    // Backwards, since prepending turns the order round.
    GList* object = g_list_last(field<GList*>(one->data, at::kFrameObjectList));
    for (; object; object = object->prev) copy_object(*twin, frame, object->data);
    twin->append_frame(frame);
  }
  g_rec_mutex_unlock(&mutex());
  return twin;
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

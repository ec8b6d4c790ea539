#include "reader.h"

#include <cstring>

namespace vedette::meta {
namespace {

uint32_t element_size(const void* batch, int pool_offset) {
  const void* pool = field<const void*>(batch, pool_offset);
  return pool ? field<uint32_t>(pool, at::kPoolElementSize) : 0;
}

uint32_t optional_u32(const void* structure, uint16_t offset) {
  return offset == kAbsent ? 0 : field<uint32_t>(structure, offset);
}

}  // namespace

void* find_batch(GstBuffer* buffer) {
  // A tag, not an API name: DeepStream and our own writer register different APIs that both carry it.
  static const GQuark tag = g_quark_from_static_string("nvdsmeta");
  gpointer state = nullptr;
  while (GstMeta* one = gst_buffer_iterate_meta(buffer, &state)) {
    if (gst_meta_api_type_has_tag(one->info->api, tag) && field<int32_t>(one, at::kMetaType) == kGstBatchType) {
      return field<void*>(one, at::kMetaData);
    }
  }
  return nullptr;
}

const Offsets* recognise_batch(const void* batch) {
  return recognise(element_size(batch, at::kBatchObjectPool), element_size(batch, at::kBatchFramePool));
}

std::string refusal_of(const void* batch) {
  return refusal(element_size(batch, at::kBatchObjectPool), element_size(batch, at::kBatchFramePool));
}

std::string_view Object::label() const {
  const char* text = &field<char>(at_, abi_->object.label);
  return {text, strnlen(text, at::kLabelLength)};
}

std::string_view Label::text() const {
  if (const char* whole = field<const char*>(at_, at::kLabelTextLong)) return whole;
  const char* text = &field<char>(at_, at::kLabelText);
  return {text, strnlen(text, at::kLabelLength)};
}

Mask Object::mask() const {
  if (!has_mask()) return {};
  const void* params = &field<uint8_t>(at_, abi_->object.mask);
  const Mask mask{field<const float*>(params, at::kMaskData), field<uint32_t>(params, at::kMaskWidth),
                  field<uint32_t>(params, at::kMaskHeight), field<float>(params, at::kMaskThreshold)};
  // `size` counts bytes. One that is smaller than the picture it holds is none.
  const uint64_t needed = uint64_t{mask.width} * mask.height * sizeof(float);
  return mask.values != nullptr && needed > 0 && needed <= field<uint32_t>(params, at::kMaskSize) ? mask : Mask{};
}

uint32_t Frame::pipeline_width() const { return optional_u32(at_, abi_->frame.pipeline_width); }

uint32_t Frame::pipeline_height() const { return optional_u32(at_, abi_->frame.pipeline_height); }

Batch::Batch(void* at, const Offsets& abi) : at_(at), abi_(&abi) {
  g_rec_mutex_lock(&field<GRecMutex>(at_, at::kBatchMutex));
}

uint32_t Batch::in_use(int pool) const {
  const void* counts = field<const void*>(at_, pool);
  return counts ? field<uint32_t>(counts, at::kPoolFullCount) : 0;
}

Batch::~Batch() { g_rec_mutex_unlock(&field<GRecMutex>(at_, at::kBatchMutex)); }

}  // namespace vedette::meta

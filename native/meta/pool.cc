#include "pool.h"

#include <algorithm>
#include <cstring>

namespace vedette::meta {

Pool::~Pool() {
  g_list_free(field<GList*>(abi_, at::kPoolEmpty));
  g_list_free(field<GList*>(abi_, at::kPoolFull));
}

void Pool::start(void* batch, MetaType type, uint32_t element_size, uint32_t first) {
  batch_ = batch;
  field<int32_t>(abi_, at::kPoolType) = type;
  field<uint32_t>(abi_, at::kPoolElementSize) = element_size;
  if (first > 0) grow(first);
}

void Pool::fill_base(void* element) {
  field<void*>(element, at::kBaseBatch) = batch_;
  field<int32_t>(element, at::kBaseType) = field<int32_t>(abi_, at::kPoolType);
}

void Pool::grow(uint32_t count) {
  const uint32_t size = field<uint32_t>(abi_, at::kPoolElementSize);
  slabs_.push_back(std::make_unique<uint8_t[]>(size_t{size} * count));
  GList*& empty = field<GList*>(abi_, at::kPoolEmpty);
  for (uint32_t i = count; i-- > 0;) {
    void* element = slabs_.back().get() + size_t{size} * i;
    fill_base(element);
    empty = g_list_prepend(empty, element);
  }
  field<uint32_t>(abi_, at::kPoolMax) += count;
  field<uint32_t>(abi_, at::kPoolEmptyCount) += count;
}

void* Pool::acquire() {
  GList*& empty = field<GList*>(abi_, at::kPoolEmpty);
  if (!empty) {
    const uint32_t max = field<uint32_t>(abi_, at::kPoolMax);
    grow(std::clamp<uint32_t>(max, 8, 128));
  }
  GList* node = empty;
  empty = g_list_remove_link(empty, node);
  GList*& full = field<GList*>(abi_, at::kPoolFull);
  full = g_list_concat(node, full);
  field<uint32_t>(abi_, at::kPoolEmptyCount)--;
  field<uint32_t>(abi_, at::kPoolFullCount)++;
  return node->data;
}

void Pool::release(void* element) {
  GList*& full = field<GList*>(abi_, at::kPoolFull);
  GList* node = g_list_find(full, element);
  if (!node) return;
  full = g_list_remove_link(full, node);
  std::memset(element, 0, field<uint32_t>(abi_, at::kPoolElementSize));
  fill_base(element);
  GList*& empty = field<GList*>(abi_, at::kPoolEmpty);
  empty = g_list_concat(node, empty);
  field<uint32_t>(abi_, at::kPoolEmptyCount)++;
  field<uint32_t>(abi_, at::kPoolFullCount)--;
}

}  // namespace vedette::meta

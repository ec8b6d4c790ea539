// A NvDsMetaPool as libnvds_meta keeps it: elements move between an empty and a full list, the pool grows and never
// shrinks, and every element begins with a filled NvDsBaseMeta. The first 56 bytes are the structure that readers see.
// Owned by its batch and guarded by the batch's lock.
#pragma once

#include <glib.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "offsets.h"

namespace vedette::meta {

class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  // `first` elements are made at once, all others on demand.
  void start(void* batch, MetaType type, uint32_t element_size, uint32_t first);
  void* acquire();
  // The caller has freed what the element owns; it is cleared here.
  void release(void* element);
  void* raw() { return abi_; }
  uint32_t in_use() const { return field<uint32_t>(abi_, at::kPoolFullCount); }

 private:
  void grow(uint32_t count);
  void fill_base(void* element);

  alignas(8) uint8_t abi_[at::kPoolSize] = {};
  void* batch_ = nullptr;
  std::vector<std::unique_ptr<uint8_t[]>> slabs_;
};

}  // namespace vedette::meta

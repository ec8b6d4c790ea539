// The batch behind an NvDsBatchMeta that this process wrote: its first 192 bytes are what readers see, then come the
// pools. Made and freed with the GstMeta that carries it, see owned_batch.cc. Guarded by its own lock.
#pragma once

#include <glib.h>

#include "offsets.h"
#include "pool.h"

namespace vedette::meta {

struct OwnedBatch {
  OwnedBatch(const Offsets& abi, uint32_t frames, uint32_t max_frames);
  ~OwnedBatch();
  OwnedBatch(const OwnedBatch&) = delete;
  OwnedBatch& operator=(const OwnedBatch&) = delete;

  static OwnedBatch& of(void* batch) { return *static_cast<OwnedBatch*>(batch); }
  GRecMutex& mutex() { return field<GRecMutex>(raw, at::kBatchMutex); }
  void append_frame(void* frame);
  // What lies outside the pools: DeepStream's free the same, and a plugin's data by the plugin's function.
  void free_parts(void* object) const;
  // Gives an object that is in no list any more back to its pool, with all its parts.
  void release(void* object);
  OwnedBatch* copy();

  alignas(8) uint8_t raw[at::kBatchSize] = {};
  const Offsets& abi;
  Pool frames, objects, classifiers, displays, users, labels;
};

// Of NvDsBaseMeta, called with the NvDsUserMeta.
using UserCopy = void* (*)(void* user, void* context);
using UserFree = void (*)(void* user, void* context);

void prepend(void* structure, int list, void* element);
void prepend_object(void* frame, void* object);

}  // namespace vedette::meta

#include "slots.h"

#include <utility>

namespace vedette {

std::optional<std::pair<uint32_t, uint32_t>> Slots::reserve(Purpose purpose) {
  const uint32_t first = purpose == Purpose::pictures ? muxed_ : 0;
  std::lock_guard lock(mutex_);
  for (uint32_t i = first; i < first + muxed_; i++) {
    if (slots_[i].is_reserved) continue;
    slots_[i].is_reserved = true;
    return std::make_pair(i, ++slots_[i].generation);
  }
  return std::nullopt;
}

void Slots::put(uint32_t slot, std::shared_ptr<Source> source) {
  std::lock_guard lock(mutex_);
  slots_[slot].source = std::move(source);
}

std::shared_ptr<Source> Slots::live(uint32_t slot) const {
  std::lock_guard lock(mutex_);
  return slot < slots_.size() && !slots_[slot].is_removing ? slots_[slot].source : nullptr;
}

std::vector<std::shared_ptr<Source>> Slots::all() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Source>> sources;
  for (const Slot& slot : slots_)
    if (slot.source != nullptr) sources.push_back(slot.source);
  return sources;
}

std::shared_ptr<Source> Slots::find(uint32_t slot, uint32_t generation) const {
  std::lock_guard lock(mutex_);
  return slot < slots_.size() && slots_[slot].generation == generation ? slots_[slot].source : nullptr;
}

std::shared_ptr<Source> Slots::begin_removal(uint32_t at, Settle settle, bool& is_free) {
  std::lock_guard lock(mutex_);
  is_free = at >= slots_.size() || slots_[at].source == nullptr;
  if (is_free) return nullptr;
  Slot& slot = slots_[at];
  slot.waiting.push_back(std::move(settle));
  if (std::exchange(slot.is_removing, true)) return nullptr;
  slot.removal_began = Clock::now();
  return slot.source;
}

std::optional<Slots::Freed> Slots::disconnected(uint32_t slot) {
  std::lock_guard lock(mutex_);
  slots_[slot].is_disconnected = true;
  return free_if_done(slots_[slot]);
}

std::optional<Slots::Freed> Slots::pad_deleted(uint32_t slot) {
  std::lock_guard lock(mutex_);
  if (slot >= slots_.size() || !slots_[slot].is_removing) return std::nullopt;
  slots_[slot].is_pad_deleted = true;
  return free_if_done(slots_[slot]);
}

std::optional<Slots::Freed> Slots::free_if_done(Slot& slot) {
  if (!slot.is_removing || !slot.is_disconnected || !slot.is_pad_deleted) return std::nullopt;
  Freed freed{std::move(slot.source), std::move(slot.waiting)};
  uint32_t generation = slot.generation;
  slot = Slot{};
  slot.generation = generation;
  return freed;
}

std::vector<Slots::Freed> Slots::overdue(std::chrono::milliseconds limit) {
  std::lock_guard lock(mutex_);
  std::vector<Freed> late;
  for (Slot& slot : slots_) {
    if (!slot.is_removing || slot.is_given_up || Clock::now() - slot.removal_began < limit) continue;
    slot.is_given_up = true;
    late.push_back({slot.source, std::exchange(slot.waiting, {})});
  }
  return late;
}

std::vector<Slots::Freed> Slots::clear() {
  std::lock_guard lock(mutex_);
  std::vector<Freed> freed;
  for (Slot& slot : slots_) {
    if (slot.source == nullptr) continue;
    freed.push_back({std::move(slot.source), std::move(slot.waiting)});
    uint32_t generation = slot.generation;
    slot = Slot{};
    slot.generation = generation;
  }
  return freed;
}

}  // namespace vedette

// Which source sits in which slot: first those with a pad of the mux, then as many for pictures only. A slot is free
// again only when its source is gone and the mux has said, past the reader's pad, that no more metadata of it follows;
// each use has its own generation.
//
// Any thread. One lock, never held while calling out.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "source.h"

namespace vedette {

class Slots {
 public:
  using Settle = std::function<void(bool is_removed)>;
  struct Freed {
    std::shared_ptr<Source> source;
    std::vector<Settle> waiting;
  };

  explicit Slots(uint32_t muxed) : muxed_(muxed), slots_(size_t{2} * muxed) {}

  // The lowest free slot with its new generation, for `put`.
  std::optional<std::pair<uint32_t, uint32_t>> reserve(Purpose purpose);
  void put(uint32_t slot, std::shared_ptr<Source> source);
  // The source whose frames count; null once it is being removed.
  std::shared_ptr<Source> live(uint32_t slot) const;
  std::vector<std::shared_ptr<Source>> all() const;
  // The one that `generation` names, also while it is being removed.
  std::shared_ptr<Source> find(uint32_t slot, uint32_t generation) const;

  // Null when nothing is to be done: the slot is free, or a removal is under way (`settle` then waits for it).
  std::shared_ptr<Source> begin_removal(uint32_t slot, Settle settle, bool& is_free);
  std::optional<Freed> disconnected(uint32_t slot);
  std::optional<Freed> pad_deleted(uint32_t slot);
  // Removals that have gone on for longer; each is named once.
  std::vector<Freed> overdue(std::chrono::milliseconds limit);
  std::vector<Freed> clear();

 private:
  using Clock = std::chrono::steady_clock;
  struct Slot {
    uint32_t generation = 0;
    std::shared_ptr<Source> source;
    bool is_reserved = false, is_removing = false, is_disconnected = false, is_pad_deleted = false, is_given_up = false;
    Clock::time_point removal_began;
    std::vector<Settle> waiting;
  };
  std::optional<Freed> free_if_done(Slot& slot);

  const uint32_t muxed_;
  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
};

}  // namespace vedette

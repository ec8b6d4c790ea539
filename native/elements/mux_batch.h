// Which waiting frames make a batch, and when it is complete. Pure but for the clock value it is given; the caller
// holds the mux's lock.
#pragma once

#include <vector>

#include "mux_pad.h"

namespace vedette {

struct BatchRule {
  guint batch_size;        // frames at most
  gint64 push_timeout_us;  // a partial batch leaves after this time; -1: never
};

struct BatchDecision {
  bool complete = false;
  int64_t wait_until_us = -1;  // look again then at the latest; -1: only when a frame comes
};

// A batch is complete when it is full, when every camera that is still expected has a frame in it, or when its oldest
// frame has waited for the timeout. A camera is expected only while its own rhythm says that its next frame comes
// before that: a slow or dead one holds nobody up.
BatchDecision decide(const std::vector<VdMuxPad*>& pads, const BatchRule& rule, int64_t now_us);

struct TakenFrame {
  VdMuxPad* pad;
  gint number;
  WaitingFrame frame;
};

// One frame of each pad, beginning with `first` and going round, so that no camera starves when there are more
// cameras than places.
std::vector<TakenFrame> take(const std::vector<VdMuxPad*>& pads, guint batch_size, size_t first);

}  // namespace vedette

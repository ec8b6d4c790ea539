#include "mux_batch.h"

#include <algorithm>

namespace vedette {

BatchDecision decide(const std::vector<VdMuxPad*>& pads, const BatchRule& rule, int64_t now_us) {
  guint ready = 0;
  int64_t oldest = INT64_MAX;
  for (VdMuxPad* pad : pads) {
    if (pad->state.waiting.empty()) continue;
    ready++;
    oldest = std::min(oldest, pad->state.waiting.front().arrived_us);
  }
  if (ready == 0) return {};
  const bool forever = rule.push_timeout_us < 0;
  const int64_t deadline = forever ? INT64_MAX : oldest + rule.push_timeout_us;
  if (ready >= rule.batch_size || now_us >= deadline) return {true, -1};
  int64_t until = -1;
  for (VdMuxPad* pad : pads) {
    const MuxPadState& state = pad->state;
    if (!state.waiting.empty() || state.eos) continue;
    if (forever) {
      until = INT64_MAX;
      continue;
    }
    const int64_t expected = state.expected_us();
    if (state.interval_us > 0 && expected > now_us && state.last_arrival_us + state.interval_us <= deadline) {
      until = std::max(until, std::min(expected, deadline));
    }
  }
  if (until < 0) return {true, -1};
  return {false, until == INT64_MAX ? -1 : until};
}

std::vector<TakenFrame> take(const std::vector<VdMuxPad*>& pads, guint batch_size, size_t first) {
  std::vector<TakenFrame> taken;
  for (size_t i = 0; i < pads.size() && taken.size() < batch_size; i++) {
    VdMuxPad* pad = pads[(first + i) % pads.size()];
    MuxPadState& state = pad->state;
    if (state.waiting.empty()) continue;
    taken.push_back({pad, state.frame_number++, std::move(state.waiting.front())});
    state.waiting.pop_front();
    state.frames_out++;
    state.space.notify_one();
  }
  return taken;
}

}  // namespace vedette

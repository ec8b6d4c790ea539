// Encoded frames before a decoder that is fast enough, stands still for a while, or is too slow for good.
#include "backlog.h"

#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

constexpr unsigned kKeyframeEvery = 50;

// A camera's frames, one after the other.
struct Stream {
  Backlog backlog;
  unsigned frame = 0, waiting = 0, taken = 0, groups = 0;
  bool was_taken = false, leans_on_lost = false;

  // One frame comes, and so many are decoded meanwhile.
  void step(unsigned decoded) {
    const bool is_keyframe = frame++ % kKeyframeEvery == 0;
    const bool takes = backlog.takes(is_keyframe, waiting);
    leans_on_lost = leans_on_lost || (takes && !was_taken && !is_keyframe);
    groups += takes && !was_taken ? 1 : 0;
    was_taken = takes;
    taken += takes ? 1 : 0;
    waiting += takes ? 1 : 0;
    waiting -= decoded < waiting ? decoded : waiting;
  }
};

void begins_with_a_keyframe() {
  Backlog backlog;
  CHECK(!backlog.takes(false, 0));
  CHECK(backlog.takes(true, 0));
  CHECK(backlog.takes(false, 0));
}

void loses_nothing_to_a_short_halt() {
  Stream stream;
  for (unsigned i = 0; i < 1000; i++) stream.step(i % 100 < 25 ? 0 : 2);
  CHECK(stream.taken == 1000);
}

void gives_whole_groups_to_a_slow_decoder() {
  Stream stream;
  unsigned longest = 0;
  for (unsigned i = 0; i < 10'000; i++) {
    stream.step(i % 2);
    if (stream.waiting > longest) longest = stream.waiting;
  }
  CHECK(!stream.leans_on_lost);
  CHECK(longest <= 30);
  CHECK(stream.groups > 50);
  // Of what it could decode, most.
  CHECK(stream.taken > 3000);
}

}  // namespace

int main() {
  return vedette::check::run_all(
      {{"nothing is shown before the first keyframe", begins_with_a_keyframe},
       {"a decoder that stood still for a second catches up", loses_nothing_to_a_short_halt},
       {"a decoder that is too slow gets whole groups", gives_whole_groups_to_a_slow_decoder}});
}

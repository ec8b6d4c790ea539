// Times of frames as they leave a source, and what counts as a gap between them.
#include "timeline.h"

#include <vector>

#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint64_t kMs = 1'000'000;

// The gaps that are counted in frames so many milliseconds apart, between steady ones.
uint64_t gaps_of(const std::vector<unsigned>& deltas) {
  Timeline timeline;
  timeline.set_frame_duration(100 * kMs);
  uint64_t at = 0;
  timeline.next(at, false);
  for (unsigned i = 0; i < 10; i++) timeline.next(at += 100 * kMs, false);
  for (const unsigned delta : deltas) timeline.next(at += delta * kMs, false);
  for (unsigned i = 0; i < 10; i++) timeline.next(at += 100 * kMs, false);
  return timeline.gaps();
}

void steady() { CHECK(gaps_of({100, 98, 102, 95, 100}) == 0); }

void missing() {
  CHECK(gaps_of({200}) == 1);
  CHECK(gaps_of({200, 100, 100, 300}) == 2);
  CHECK(gaps_of({200, 99, 98, 99, 98, 99, 98, 99, 98, 99, 98, 99, 98, 99, 98, 99, 98, 99, 98, 99, 98, 99, 98}) == 1);
}

void twice() { CHECK(gaps_of({20}) == 1); }

// As rtpjitterbuffer brings them after its process was stopped for 700 ms.
void stood_still() {
  CHECK(gaps_of({796, 100, 98, 93, 84, 70, 51, 28, 17, 11, 13, 21, 34, 51, 67, 81, 90, 96, 99, 100}) == 0);
  CHECK(gaps_of({802, 98, 93, 85, 71, 52, 28, 16, 10, 11, 20, 33, 50, 66, 80, 90, 96,
                 812, 98, 93, 84, 70, 51, 38, 29, 24, 25, 32, 43, 57, 71, 83, 92, 723,
                 98,  93, 84, 70, 51, 36, 26, 22, 23, 30, 42, 56, 71, 83, 91, 97, 99}) == 0);
}

void lost_beside_a_pause() { CHECK(gaps_of({796, 84, 70, 51, 28}) == 1); }

}  // namespace

int main() {
  return check::run_all({{"steady frames have no gap", steady},
                         {"a frame that is missing is a gap", missing},
                         {"a frame that comes at once after another is one", twice},
                         {"a pause that is made up for is none", stood_still},
                         {"a pause that is not made up for is one", lost_beside_a_pause}});
}

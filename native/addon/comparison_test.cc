// Matching of two detectors' boxes.
#include "addon/comparison.h"

#include <thread>

#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

void matches() {
  Comparison comparison({7, -1, 3});
  // Class 0 of the shadow is the first's 7, 2 is 3, 1 is nothing.
  comparison.add({{7, 0, 0, 10, 10}, {7, 100, 0, 10, 10}, {3, 50, 50, 20, 20}},
                 {{0, 0, 0, 10, 8}, {2, 50, 50, 20, 20}, {1, 100, 0, 10, 10}, {9, 100, 0, 10, 10}});
  ComparisonTotal total = comparison.total();
  CHECK_EQUAL(total.frames, 1U);
  CHECK_EQUAL(total.per_class.size(), 2U);
  CHECK_EQUAL(total.per_class.at(0).class_id, 3);
  CHECK_EQUAL(total.per_class.at(0).matched, 1U);
  CHECK_EQUAL(total.per_class.at(1).first, 2U);
  CHECK_EQUAL(total.per_class.at(1).shadow, 1U);
  CHECK_EQUAL(total.per_class.at(1).matched, 1U);
  CHECK_NEAR(total.iou_mean, 0.9, 1e-6);
}

void pairs_once() {
  Comparison comparison({0});
  // Both of the shadow lie on the first's one box: the closer one is the same object, the other is one too many.
  comparison.add({{0, 0, 0, 10, 10}}, {{0, 0, 0, 10, 7}, {0, 0, 0, 10, 9}});
  ComparisonTotal total = comparison.total();
  CHECK_EQUAL(total.per_class.at(0).shadow, 2U);
  CHECK_EQUAL(total.per_class.at(0).matched, 1U);
  CHECK_NEAR(total.iou_mean, 0.9, 1e-6);
}

void half_is_enough() {
  Comparison comparison({0});
  comparison.add({{0, 0, 0, 10, 10}}, {{0, 0, 0, 10, 5}});
  comparison.add({{0, 0, 0, 10, 10}}, {{0, 0, 0, 10, 4.9F}});
  CHECK_EQUAL(comparison.total().per_class.at(0).matched, 1U);
}

void counts_empty_frames() {
  Comparison comparison({0});
  comparison.add({}, {});
  CHECK_EQUAL(comparison.total().frames, 1U);
  CHECK(comparison.total().per_class.empty());
  CHECK_EQUAL(comparison.total().iou_mean, -1.0);
}

void is_read_meanwhile() {
  Comparison comparison({0});
  std::thread writer([&] {
    for (int i = 0; i < 1000; i++) comparison.add({{i % 5, 0, 0, 10, 10}}, {{0, 0, 0, 10, 10}});
  });
  uint64_t seen = 0;
  while (seen < 1000) {
    ComparisonTotal total = comparison.total();
    CHECK(total.frames >= seen);
    seen = total.frames;
  }
  writer.join();
  CHECK_EQUAL(comparison.total().per_class.at(0).matched, 200U);
}

}  // namespace

int main() {
  return check::run_all({
      {"boxes of the same class that overlap are the same object, by the class map", matches},
      {"a box is matched once, with the closest", pairs_once},
      {"half of the union is enough, less is not", half_is_enough},
      {"a frame in which neither found anything counts", counts_empty_frames},
      {"totals are read while frames are added", is_read_meanwhile},
  });
}

// Kalman filter, assignment, association and ages, by tracks made by hand.
#include "elements/tracker.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "elements/assignment.h"
#include "elements/infer_config.h"
#include "elements/kalman.h"
#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint64_t kFrame = 40000000;  // 25 frames a second

struct Ids {
  uint64_t last = 0;
  std::function<uint64_t()> next() {
    return [this] { return ++last; };
  }
};

Observation person(float left, float top, float confidence = 0.9F) { return {0, confidence, {left, top, 40, 100}}; }

TrackerConfig settled() {
  TrackerConfig config;
  config.probation_age = 2;
  config.max_shadow_age = 10;
  return config;
}

void assigns_best_sum() {
  // Greedy would take 0.9 first and leave row 1 with nothing.
  const std::vector<int> pairs = assign({{0.9F, 0.8F}, {0.85F, 0}}, 2);
  CHECK_EQUAL(pairs[0], 1);
  CHECK_EQUAL(pairs[1], 0);
  CHECK_EQUAL(assign({{0, 0}, {0, 0.1F}}, 2)[0], -1);
  CHECK_EQUAL(assign({{0, 0}, {0, 0.1F}}, 2)[1], 1);
  CHECK(assign({}, 3).empty());
  CHECK_EQUAL(assign({{}, {}}, 0)[1], -1);
  // More rows than columns: the better one gets it.
  const std::vector<int> crowd = assign({{0.2F}, {0.7F}, {0.5F}}, 1);
  CHECK_EQUAL(crowd[0], -1);
  CHECK_EQUAL(crowd[1], 0);
  CHECK_EQUAL(crowd[2], -1);
}

void assigns_like_brute_force() {
  uint32_t seed = 7;
  const auto random = [&] { return static_cast<float>((seed = seed * 1664525 + 1013904223) >> 8) / (1 << 24); };
  for (int round = 0; round < 200; round++) {
    constexpr int kSize = 5;
    std::vector<std::vector<float>> scores(kSize, std::vector<float>(kSize));
    for (auto& row : scores) {
      for (float& one : row) one = random() < 0.4F ? 0 : random();
    }
    std::vector<int> order = {0, 1, 2, 3, 4};
    float best = 0;
    do {
      float sum = 0;
      for (int i = 0; i < kSize; i++) sum += scores[i][order[i]];
      best = std::max(best, sum);
    } while (std::next_permutation(order.begin(), order.end()));
    float sum = 0;
    std::set<int> used;
    const std::vector<int> pairs = assign(scores, kSize);
    for (int i = 0; i < kSize; i++) {
      if (pairs[i] < 0) continue;
      CHECK(used.insert(pairs[i]).second);
      sum += scores[i][pairs[i]];
    }
    CHECK_NEAR(sum, best, 1e-4);
  }
}

void kalman_follows() {
  KalmanBox kalman({100, 100, 40, 80}, {0.05F, 0.00625F});
  for (int i = 1; i <= 40; i++) {
    kalman.predict(1);
    kalman.correct({100 + 3.0F * static_cast<float>(i), 100, 40, 80});
  }
  CHECK_NEAR(kalman.box().left, 220, 2);
  kalman.predict(10);
  CHECK_NEAR(kalman.box().left, 250, 6);
  CHECK_NEAR(kalman.box().width, 40, 1);
  // Ten small steps are the same as one long one, as far as the mean goes.
  KalmanBox other = kalman;
  for (int i = 0; i < 10; i++) other.predict(1);
  kalman.predict(10);
  CHECK_NEAR(other.box().left, kalman.box().left, 0.01);
}

void keeps_ids() {
  Ids ids;
  Tracker tracker(settled(), ids.next());
  uint64_t first = 0;
  uint64_t second = 0;
  for (int i = 0; i < 60; i++) {
    const auto at = static_cast<float>(i) * 4;
    // Two people pass each other, ten pixels apart in height.
    const auto found = tracker.update(i * kFrame, {person(at, 0), person(240 - at, 60)});
    if (i < 2) CHECK(found.empty());  // probation
    if (i == 2) {
      CHECK_EQUAL(found.size(), 2U);
      first = found[0].id;
      second = found[1].id;
    }
    if (i < 3) continue;
    CHECK_EQUAL(found.size(), 2U);
    for (const TrackedBox& one : found) {
      CHECK_EQUAL(one.id, one.observation == 0 ? first : second);
    }
  }
  CHECK_EQUAL(ids.last, 2U);
}

void survives_gaps() {
  Ids ids;
  Tracker tracker(settled(), ids.next());
  uint64_t pts = 0;
  float left = 0;
  const auto step = [&](bool seen, int frames) {
    pts += static_cast<uint64_t>(frames) * kFrame;
    left += 3 * static_cast<float>(frames);
    return tracker.update(pts, seen ? std::vector<Observation>{person(left, 0)} : std::vector<Observation>{});
  };
  for (int i = 0; i < 10; i++) step(true, 1);
  for (int i = 0; i < 8; i++) CHECK(step(false, 1).empty());  // hidden, in the shadow
  CHECK_EQUAL(step(true, 1).at(0).id, 1U);
  // The camera drops to 5 frames a second: the person moves five times as far between two.
  for (int i = 0; i < 10; i++) {
    const auto found = step(true, 5);
    CHECK_EQUAL(found.size(), 1U);
    CHECK_EQUAL(found.at(0).id, 1U);
  }
  for (int i = 0; i < 12; i++) step(false, 1);  // longer than maxShadowTrackingAge
  for (int i = 0; i < 3; i++) step(true, 1);
  CHECK_EQUAL(step(true, 1).at(0).id, 2U);
}

void weak_detections() {
  Ids ids;
  Tracker tracker(settled(), ids.next());
  for (int i = 0; i < 10; i++) tracker.update(i * kFrame, {person(0, 0)});
  CHECK_EQUAL(tracker.update(10 * kFrame, {person(1, 0, 0.2F)}).at(0).id, 1U);
  // Weak ones alone start nothing.
  Tracker other(settled(), ids.next());
  for (int i = 0; i < 10; i++) CHECK(other.update(i * kFrame, {person(0, 0, 0.2F)}).empty());
  CHECK_EQUAL(ids.last, 1U);
}

void flicker() {
  Ids ids;
  Tracker tracker(settled(), ids.next());
  // Now and then for one frame, always elsewhere: never known.
  for (int i = 0; i < 50; i++) {
    const auto found =
        i % 5 == 0 ? std::vector<Observation>{person(static_cast<float>(i) * 100, 0)} : std::vector<Observation>{};
    CHECK(tracker.update(i * kFrame, found).empty());
  }
  CHECK_EQUAL(ids.last, 0U);
}

void classes_apart() {
  Ids ids;
  Tracker tracker(settled(), ids.next());
  for (int i = 0; i < 6; i++) {
    tracker.update(i * kFrame, {person(0, 0), {1, 0.9F, {0, 0, 40, 100}}});
  }
  CHECK_EQUAL(ids.last, 2U);
  const auto found = tracker.update(6 * kFrame, {{1, 0.9F, {0, 0, 40, 100}}});
  CHECK_EQUAL(found.size(), 1U);
  CHECK_EQUAL(found[0].class_id, 1);
}

void predicts_between() {
  Ids ids;
  Tracker tracker(settled(), ids.next());
  for (int i = 0; i < 30; i += 3) {
    tracker.update(i * kFrame, {person(6.0F * static_cast<float>(i), 0)});
    for (int k = 1; k < 3; k++) {
      const auto found = tracker.predict((i + k) * kFrame);
      if (i < 15) continue;
      CHECK_EQUAL(found.size(), 1U);
      CHECK_EQUAL(found.at(0).observation, -1);
      CHECK_NEAR(found.at(0).box.left, 6.0F * static_cast<float>(i + k), 3);
    }
  }
}

void crowd() {
  Ids ids;
  TrackerConfig config = settled();
  config.max_targets = 20;
  Tracker tracker(config, ids.next());
  std::vector<Observation> many;
  many.reserve(50);
  for (int i = 0; i < 50; i++) many.push_back(person(static_cast<float>(i) * 100, 0));
  for (int i = 0; i < 5; i++) tracker.update(i * kFrame, many);
  CHECK_EQUAL(tracker.update(5 * kFrame, many).size(), 20U);
}

void reads_yaml() {
  const TrackerConfig config = parse_tracker_config(
      "%YAML:1.0\nBaseConfig:\n  minDetectorConfidence: 0.1345   # weak\nTargetManagement:\n  probationAge: 5\n"
      "  maxShadowTrackingAge: 26\n  preserveStreamUpdateOrder: 0\n  shinyNewKey: 1\nDataAssociator:\n"
      "  tentativeDetectorConfidence: 0.2331\n  checkClassMatch: 0\n",
      "t.yml");
  CHECK_NEAR(config.min_detector_confidence, 0.1345, 1e-6);
  CHECK_EQUAL(config.probation_age, 5U);
  CHECK_EQUAL(config.max_shadow_age, 26U);
  CHECK_NEAR(config.tentative_confidence, 0.2331, 1e-6);
  CHECK(!config.check_class);
  CHECK_EQUAL(config.unknown_keys.size(), 1U);
  CHECK_EQUAL(config.unknown_keys.at(0), "TargetManagement.shinyNewKey");
  std::string message;
  try {
    parse_tracker_config("TargetManagement:\n  probationAge: soon\n", "t.yml");
  } catch (const ConfigError& error) {
    message = error.what();
  }
  CHECK_EQUAL(message, "t.yml, line 2: probationAge is \"soon\", expected a number from 0 to 100000");
}

}  // namespace

int main() {
  return check::run_all({
      {"the assignment with the best sum is found, not the greedy one", assigns_best_sum},
      {"assignments are as good as trying all", assigns_like_brute_force},
      {"the filter follows a steady walk and extrapolates it", kalman_follows},
      {"two that pass each other keep their ids", keeps_ids},
      {"a track survives being hidden and a slower camera, but not for ever", survives_gaps},
      {"weak detections keep a track but start none", weak_detections},
      {"what flickers is never told", flicker},
      {"tracks of two classes do not mix", classes_apart},
      {"frames without inference get predicted boxes", predicts_between},
      {"no more tracks than maxTargetsPerStream", crowd},
      {"NvSORT keys are read, unknown ones named, wrong values explained", reads_yaml},
  });
}

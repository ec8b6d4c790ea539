// Motion against pictures made by rule: noise, a walker, a cloud, a tree.
#include "motion.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

constexpr unsigned kWidth = 640, kHeight = 360;
constexpr uint64_t kFrameNs = 40'000'000;

// A street at 25 pictures a second, with a sensor's noise of some levels.
struct Street {
  Motion motion;
  std::vector<uint8_t> picture = std::vector<uint8_t>(size_t{kWidth} * kHeight);
  uint32_t seed = 1;
  uint64_t pts = 0;
  int light = 0;

  void expose() {
    for (size_t i = 0; i < picture.size(); i++) {
      seed = seed * 1664525 + 1013904223;
      const int noise = static_cast<int>(seed >> 28U) - 8;
      const int ground = 60 + static_cast<int>((i % kWidth) / 8 + i / kWidth / 8);
      picture[i] = static_cast<uint8_t>(std::clamp(ground + noise + light, 0, 255));
    }
  }
  void put(unsigned left, unsigned top, unsigned width, unsigned height, uint8_t level) {
    for (unsigned y = top; y < std::min(top + height, kHeight); y++)
      for (unsigned x = left; x < std::min(left + width, kWidth); x++) picture[size_t{y} * kWidth + x] = level;
  }
  bool look() {
    pts += kFrameNs;
    return motion.look({picture.data(), kWidth, 1, kWidth, kHeight}, pts);
  }
  // Pictures of nothing until it has calmed down; the number of those taken for motion afterwards.
  unsigned rest(unsigned pictures) {
    unsigned moving = 0;
    for (unsigned i = 0; i < 110 + pictures; i++) {
      expose();
      if (look() && i >= 110) moving++;
    }
    return moving;
  }
};

void still() {
  Street street;
  CHECK_EQUAL(street.rest(250), 0U);
}

void first_pictures() {
  Street street;
  street.expose();
  CHECK(street.look());
}

void walker() {
  Street street;
  street.rest(0);
  street.expose();
  street.put(300, 200, 14, 34, 20);  // a person far away
  CHECK(street.look());
  // Held for three seconds after the person has gone.
  unsigned held = 0;
  for (unsigned i = 0; i < 200; i++) {
    street.expose();
    held += street.look() ? 1 : 0;
  }
  CHECK(held >= 74 && held <= 100);
}

void cloud() {
  Street street;
  street.rest(0);
  unsigned moving = 0;
  for (unsigned i = 0; i < 100; i++) {
    street.light = -static_cast<int>(i / 4);  // 25 levels darker within four seconds
    street.expose();
    moving += street.look() ? 1 : 0;
  }
  CHECK_EQUAL(moving, 0U);
}

void parked() {
  Street street;
  street.rest(0);
  unsigned looks = 0;
  do {
    street.expose();
    street.put(100, 100, 80, 50, 220);
    looks++;
  } while (street.look() && looks < 2000);
  // It has become background: within half a minute, but not at once.
  CHECK(looks > 75 && looks < 750);
}

void tree() {
  Street street;
  street.rest(0);
  unsigned late = 0;
  for (unsigned i = 0; i < 1500; i++) {
    street.expose();
    for (unsigned y = 40; y < 100; y++) {
      for (unsigned x = 400; x < 460; x++) {
        uint8_t& leaf = street.picture[size_t{y} * kWidth + x];
        leaf = static_cast<uint8_t>(leaf + (i * 7 + x / 10 * 5 + y / 10 * 3) % 11);
      }
    }
    if (street.look() && i >= 1000) late++;
  }
  CHECK_EQUAL(late, 0U);
}

void busy_path() {
  Street street;
  street.rest(0);
  unsigned missed = 0;
  for (unsigned i = 0; i < 1000; i++) {
    street.expose();
    street.put(i * 6 % kWidth, 200, 14, 40, 20);  // one after the other
    if (!street.look()) missed++;
  }
  CHECK_EQUAL(missed, 0U);
}

void where() {
  Street street;
  street.rest(0);
  CHECK(street.motion.areas().empty());
  street.expose();
  street.put(100, 100, 60, 80, 20);
  street.put(400, 200, 80, 60, 220);
  street.look();
  const std::vector<MovingArea> areas = street.motion.areas();
  CHECK_EQUAL(areas.size(), 2U);
  if (areas.size() != 2) return;
  // A cell is 10 by 10 pixels here.
  CHECK_NEAR(areas[0].left * kWidth, 100, 10);
  CHECK_NEAR(areas[0].top * kHeight, 100, 10);
  CHECK_NEAR(areas[0].width * kWidth, 60, 20);
  CHECK_NEAR(areas[1].left * kWidth, 400, 10);
  CHECK_NEAR(areas[1].height * kHeight, 60, 20);
  CHECK(areas[1].moving > 0.7F);
}

void not_yet_known() {
  Street street;
  street.expose();
  street.look();
  street.expose();
  street.put(100, 100, 60, 80, 20);
  CHECK(street.look());
  CHECK(street.motion.areas().empty());
}

void another_size() {
  Street street;
  street.rest(0);
  const std::vector<uint8_t> small(size_t{64} * 36, 9);
  CHECK(street.motion.look({small.data(), 64, 1, 64, 36}, street.pts + kFrameNs));
}

void masked() {
  Street street;
  // The lower half: cells whose middle is below that of the picture.
  street.motion.leave_out(std::string(Motion::kCells / 2, '0') + std::string(Motion::kCells / 2, '1'));
  street.rest(0);
  unsigned moving = 0;
  for (unsigned i = 0; i < 200; i++) {
    street.expose();
    street.put(i * 6 % kWidth, 300, 14, 34, 20);
    moving += street.look() ? 1 : 0;
  }
  CHECK_EQUAL(moving, 0U);
  street.expose();
  street.put(300, 100, 14, 34, 20);
  CHECK(street.look());
}

void figure() {
  std::vector<uint8_t> picture(size_t{1920} * 1080, 90);
  Motion motion;
  double best = 1e9;
  for (uint64_t i = 1; i < 60; i++) {
    const auto before = std::chrono::steady_clock::now();
    motion.look({picture.data(), 1920, 1, 1920, 1080}, i * kFrameNs);
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count());
  }
  std::printf("    a look at 1920x1080: %.3f ms\n", best);
  CHECK(best < 10);  // a figure for the eye; only a gross mistake fails
}

}  // namespace

int main() {
  return check::run_all({
      {"noise of the sensor is no motion", still},
      {"before anything is known all counts as motion", first_pictures},
      {"a person far away is motion, and three seconds more", walker},
      {"a cloud is no motion", cloud},
      {"what stays becomes background", parked},
      {"leaves in the wind are usual after a while", tree},
      {"people who pass all the time stay motion", busy_path},
      {"areas are where something moves", where},
      {"while the background is being learned there are no areas", not_yet_known},
      {"a picture of another size begins anew", another_size},
      {"what moves under a mask is no motion", masked},
      {"a look takes a fraction of a millisecond", figure},
  });
}

// Normalised cross-correlation against its definition, computed the straightforward way, and what the search makes of
// it.
#include "template_search.h"

#include <algorithm>
#include <cmath>

#include "correlation.h"
#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

struct Random {
  uint32_t state;
  unsigned below(unsigned limit) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8U) % limit;
  }
};

// Patches of different brightness under some noise, as pictures are: neighbours resemble each other.
GreyPicture scene(unsigned width, unsigned height, uint32_t seed) {
  Random random{seed};
  GreyPicture picture{width, height, std::vector<uint8_t>(size_t{width} * height, 100)};
  for (unsigned patch = 0; patch < width * height / 150; patch++) {
    const unsigned left = random.below(width), top = random.below(height), level = random.below(200) + 20;
    const unsigned wide = random.below(14) + 3, high = random.below(14) + 3;
    for (unsigned y = top; y < std::min(height, top + high); y++)
      for (unsigned x = left; x < std::min(width, left + wide); x++)
        picture.samples[size_t{y} * width + x] = static_cast<uint8_t>(level);
  }
  for (uint8_t& sample : picture.samples) sample = static_cast<uint8_t>(std::min(255U, sample + random.below(6)));
  return picture;
}

GreyPicture cut(const GreyPicture& from, unsigned left, unsigned top, unsigned width, unsigned height) {
  GreyPicture to{width, height, {}};
  for (unsigned y = top; y < top + height; y++)
    to.samples.insert(to.samples.end(), from.row(y) + left, from.row(y) + left + width);
  return to;
}

void put(GreyPicture& into, const GreyPicture& what, unsigned left, unsigned top) {
  for (unsigned y = 0; y < what.height; y++)
    std::copy_n(what.row(y), what.width, &into.samples[size_t{top + y} * into.width + left]);
}

// By the definition: both with their means taken off, their product divided by both lengths.
double by_definition(const GreyPicture& large, const GreyPicture& small, unsigned left, unsigned top) {
  double large_mean = 0, small_mean = 0;
  const auto count = static_cast<double>(small.samples.size());
  for (unsigned y = 0; y < small.height; y++) {
    for (unsigned x = 0; x < small.width; x++) {
      large_mean += large.row(top + y)[left + x] / count;
      small_mean += small.row(y)[x] / count;
    }
  }
  double product = 0, large_square = 0, small_square = 0;
  for (unsigned y = 0; y < small.height; y++) {
    for (unsigned x = 0; x < small.width; x++) {
      const double a = large.row(top + y)[left + x] - large_mean, b = small.row(y)[x] - small_mean;
      product += a * b;
      large_square += a * a;
      small_square += b * b;
    }
  }
  return product / std::sqrt(large_square * small_square);
}

void same_as_definition() {
  const GreyPicture large = scene(90, 60, 1), small = cut(scene(90, 60, 2), 10, 10, 17, 11);
  const SummedPicture summed(large);
  const std::vector<float> scores = correlate(summed, small);
  CHECK_EQUAL(scores.size(), size_t{74} * 50);
  double worst = 0, worst_alone = 0;
  for (unsigned y = 0; y < 50; y++) {
    for (unsigned x = 0; x < 74; x++) {
      const double expected = by_definition(large, small, x, y);
      worst = std::max(worst, std::abs(expected - scores[size_t{y} * 74 + x]));
      worst_alone = std::max(worst_alone, std::abs(expected - correlation_at(summed, small, moments_of(small), x, y)));
    }
  }
  CHECK_NEAR(worst, 0, 1e-5);
  CHECK_NEAR(worst_alone, 0, 1e-5);
}

void brightest_and_large() {
  // Sums of 255 over a wide template, which a 32-bit sum of all its products would not hold.
  GreyPicture large{640, 400, std::vector<uint8_t>(size_t{640} * 400, 255)};
  for (unsigned y = 0; y < 400; y++) large.samples[size_t{y} * 640 + y] = 0;
  const GreyPicture small = cut(large, 0, 0, 620, 390);
  CHECK_NEAR(correlation_at(SummedPicture(large), small, moments_of(small), 0, 0), 1, 1e-6);
  CHECK_NEAR(correlation_at(SummedPicture(large), small, moments_of(small), 5, 3), by_definition(large, small, 5, 3),
             1e-5);
}

void every_place() {
  const GreyPicture frame = scene(320, 180, 3);
  Random random{4};
  unsigned exact = 0;
  constexpr unsigned kTries = 60;
  for (unsigned i = 0; i < kTries; i++) {
    const unsigned width = 20 + random.below(60), height = 20 + random.below(60);
    const unsigned left = random.below(320 - width), top = random.below(180 - height);
    const TemplateSearch search({cut(frame, left, top, width, height)}, {{1.0F}, 0.9F, 5});
    const auto found = search.look(frame);
    if (!found.empty() && found[0].left == left && found[0].top == top && found[0].score > 0.999F) exact++;
  }
  CHECK_EQUAL(exact, kTries);
}

void brightness_and_contrast() {
  const GreyPicture frame = scene(320, 180, 5);
  GreyPicture dim = cut(frame, 100, 60, 40, 30);
  for (uint8_t& sample : dim.samples) sample = static_cast<uint8_t>(sample / 2 + 70);
  const auto found = TemplateSearch({dim}, {{1.0F}, 0.9F, 5}).look(frame);
  CHECK_EQUAL(found.size(), 1U);
  if (!found.empty()) CHECK_EQUAL(found[0].left, 100U);
}

void other_sizes() {
  const GreyPicture thing = scene(40, 30, 6);
  GreyPicture frame = scene(320, 180, 7);
  put(frame, resized(thing, 60, 45), 200, 100);
  const TemplateSearch search({thing}, {{0.5F, 1.0F, 1.5F, 2.0F}, 0.8F, 5});
  const auto found = search.look(frame);
  CHECK_EQUAL(found.size(), 1U);
  if (found.empty()) return;
  CHECK_EQUAL(found[0].left, 200U);
  CHECK_EQUAL(found[0].top, 100U);
  CHECK_EQUAL(found[0].width, 60U);
}

void several() {
  const GreyPicture one = scene(32, 32, 8), other = scene(36, 28, 9);
  GreyPicture frame = scene(320, 180, 10);
  put(frame, one, 20, 20);
  put(frame, one, 60, 22);
  put(frame, other, 200, 120);
  const auto found = TemplateSearch({one, other}, {{1.0F}, 0.8F, 10}).look(frame);
  CHECK_EQUAL(found.size(), 3U);
  unsigned of_other = 0;
  for (const TemplateMatch& match : found) of_other += match.index == 1 ? 1 : 0;
  CHECK_EQUAL(of_other, 1U);
  CHECK_EQUAL(TemplateSearch({one, other}, {{1.0F}, 0.8F, 2}).look(frame).size(), 2U);
}

void nothing() {
  const GreyPicture thing = scene(40, 30, 11);
  CHECK_EQUAL(TemplateSearch({thing}, {{1.0F}, 0.8F, 10}).look(scene(320, 180, 12)).size(), 0U);
  const GreyPicture flat{320, 180, std::vector<uint8_t>(size_t{320} * 180, 90)};
  CHECK_EQUAL(TemplateSearch({thing}, {{1.0F}, 0.0F, 10}).look(flat).size() > 10, false);
  const GreyPicture flat_thing{30, 30, std::vector<uint8_t>(900, 90)};
  CHECK_EQUAL(TemplateSearch({flat_thing}, {{1.0F}, 0.5F, 10}).look(scene(320, 180, 12)).size(), 0U);
  CHECK_EQUAL(TemplateSearch({scene(400, 300, 1)}, {{1.0F}, 0.5F, 10}).look(scene(320, 180, 12)).size(), 0U);
  CHECK_EQUAL(TemplateSearch({scene(8, 8, 1)}, {{0.1F}, 0.5F, 10}).look(scene(320, 180, 12)).size(), 0U);
}

void mean_of_area() {
  const GreyPicture picture{4, 2, {0, 10, 20, 30, 40, 50, 60, 70}};
  const GreyPicture half = resized(picture, 2, 1);
  CHECK_EQUAL(half.samples[0], 25);
  CHECK_EQUAL(half.samples[1], 45);
  const uint8_t rgb[] = {255, 255, 255, 255, 0, 0};
  const GreyPicture grey = grey_of_rgb(rgb, 2, 1);
  CHECK_EQUAL(grey.samples[0], 255);
  CHECK_EQUAL(grey.samples[1], 77);
}

}  // namespace

int main() {
  return check::run_all({
      {"correlation is what its definition says, at every place", same_as_definition},
      {"a large bright template overflows nothing", brightest_and_large},
      {"a template is found where it was cut out, whatever its size", every_place},
      {"brightness and contrast make no difference", brightness_and_contrast},
      {"a template is found in other sizes", other_sizes},
      {"several templates are found several times, the best first and no more than asked", several},
      {"where nothing is, nothing is found", nothing},
      {"a reduced picture is the mean of what it covers", mean_of_area},
  });
}

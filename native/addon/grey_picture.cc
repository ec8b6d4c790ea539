#include "grey_picture.h"

#include <algorithm>
#include <cmath>

namespace vedette {
namespace {

// What one sample of the result takes of the source, along one side: from `first` on, with these shares.
struct Share {
  unsigned first;
  std::vector<float> weights;
};

std::vector<Share> shares(unsigned from, unsigned to) {
  std::vector<Share> all;
  const double step = static_cast<double>(from) / to;
  for (unsigned i = 0; i < to; i++) {
    // Narrower than a sample, and it would repeat one instead of blending two.
    const double middle = (i + 0.5) * step, reach = std::max(step, 1.0) / 2;
    const double begin = std::max(0.0, middle - reach), end = std::min<double>(from, middle + reach);
    Share share{static_cast<unsigned>(begin), {}};
    const auto last = std::min(from - 1, static_cast<unsigned>(std::ceil(end)) - 1);
    for (unsigned at = share.first; at <= last; at++)
      share.weights.push_back(static_cast<float>(std::min<double>(end, at + 1) - std::max<double>(begin, at)));
    float sum = 0;
    for (float weight : share.weights) sum += weight;
    for (float& weight : share.weights) weight /= sum;
    all.push_back(std::move(share));
  }
  return all;
}

}  // namespace

GreyPicture grey_of_rgb(const uint8_t* rgb, unsigned width, unsigned height) {
  GreyPicture grey{width, height, std::vector<uint8_t>(size_t{width} * height)};
  for (size_t i = 0; i < grey.samples.size(); i++, rgb += 3)
    grey.samples[i] = static_cast<uint8_t>((77U * rgb[0] + 150U * rgb[1] + 29U * rgb[2] + 128U) >> 8U);
  return grey;
}

GreyPicture resized(const GreyPicture& from, unsigned width, unsigned height) {
  if (from.width == width && from.height == height) return from;
  const std::vector<Share> across = shares(from.width, width), down = shares(from.height, height);
  // Rows first: each is scaled once and used by all that it takes part in.
  std::vector<float> narrow(size_t{width} * from.height);
  for (unsigned y = 0; y < from.height; y++) {
    const uint8_t* row = from.row(y);
    for (unsigned x = 0; x < width; x++) {
      float sum = 0;
      for (size_t k = 0; k < across[x].weights.size(); k++) sum += across[x].weights[k] * row[across[x].first + k];
      narrow[size_t{y} * width + x] = sum;
    }
  }
  GreyPicture to{width, height, std::vector<uint8_t>(size_t{width} * height)};
  for (unsigned y = 0; y < height; y++) {
    for (unsigned x = 0; x < width; x++) {
      float sum = 0;
      for (size_t k = 0; k < down[y].weights.size(); k++)
        sum += down[y].weights[k] * narrow[(size_t{down[y].first} + k) * width + x];
      to.samples[size_t{y} * width + x] = static_cast<uint8_t>(std::lround(sum));
    }
  }
  return to;
}

}  // namespace vedette

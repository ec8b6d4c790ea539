#include "correlation.h"

#include <cmath>

#include "elements/vectorise.h"

namespace vedette {
namespace {

// Below it (of levels squared, per sample) there is nothing to compare: a wall, the sky.
constexpr double kLeastVariance = 1.0;

float score(double product, const Moments& small, double sum, double squares) {
  const auto count = static_cast<double>(small.count);
  const double spread = squares - sum * sum / count;
  if (spread < kLeastVariance * count || small.spread < kLeastVariance * count) return 0;
  return static_cast<float>((product - sum * small.sum / count) / std::sqrt(spread * small.spread));
}

// Many places at once, so that the inner loop is one long row.
VEDETTE_VECTOR void add_products(const uint8_t* __restrict row, uint32_t sample, unsigned places,
                                 uint32_t* __restrict products) {
  for (unsigned x = 0; x < places; x++) products[x] += row[x] * sample;
}

}  // namespace

Moments moments_of(const GreyPicture& small) {
  Moments moments;
  moments.count = small.samples.size();
  double squares = 0;
  for (uint8_t sample : small.samples) {
    moments.sum += sample;
    squares += static_cast<double>(sample) * sample;
  }
  moments.spread = squares - moments.sum * moments.sum / static_cast<double>(moments.count);
  return moments;
}

SummedPicture::SummedPicture(GreyPicture picture) : picture_(std::move(picture)) {
  const size_t stride = size_t{picture_.width} + 1;
  sums_.assign(stride * (picture_.height + 1), 0);
  squares_ = sums_;
  for (unsigned y = 0; y < picture_.height; y++) {
    const uint8_t* row = picture_.row(y);
    uint64_t sum = 0, squares = 0;
    for (unsigned x = 0; x < picture_.width; x++) {
      sum += row[x];
      squares += uint64_t{row[x]} * row[x];
      const size_t at = (y + 1) * stride + x + 1;
      sums_[at] = sums_[at - stride] + sum;
      squares_[at] = squares_[at - stride] + squares;
    }
  }
}

std::vector<float> correlate(const SummedPicture& picture, const GreyPicture& small) {
  const GreyPicture& large = picture.picture();
  const unsigned columns = large.width - small.width + 1, rows = large.height - small.height + 1;
  const Moments moments = moments_of(small);
  std::vector<float> scores(size_t{columns} * rows);
  std::vector<uint32_t> products(columns);
  for (unsigned y = 0; y < rows; y++) {
    products.assign(columns, 0);
    for (unsigned j = 0; j < small.height; j++) {
      const uint8_t *row = large.row(y + j), *template_row = small.row(j);
      for (unsigned i = 0; i < small.width; i++) add_products(row + i, template_row[i], columns, products.data());
    }
    for (unsigned x = 0; x < columns; x++)
      scores[size_t{y} * columns + x] =
          score(products[x], moments, static_cast<double>(picture.sum(x, y, small.width, small.height)),
                static_cast<double>(picture.sum_of_squares(x, y, small.width, small.height)));
  }
  return scores;
}

float correlation_at(const SummedPicture& picture, const GreyPicture& small, const Moments& moments, unsigned x,
                     unsigned y) {
  uint64_t product = 0;
  for (unsigned j = 0; j < small.height; j++) {
    const uint8_t *row = picture.picture().row(y + j) + x, *template_row = small.row(j);
    uint32_t in_row = 0;
    for (unsigned i = 0; i < small.width; i++) in_row += uint32_t{row[i]} * template_row[i];
    product += in_row;
  }
  return score(static_cast<double>(product), moments, static_cast<double>(picture.sum(x, y, small.width, small.height)),
               static_cast<double>(picture.sum_of_squares(x, y, small.width, small.height)));
}

}  // namespace vedette

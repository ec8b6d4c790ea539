#include "scaled_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "vectorise.h"

namespace vedette {
namespace {

constexpr unsigned kNone = std::numeric_limits<unsigned>::max();

VEDETTE_VECTOR void pick_two(float* __restrict out, const float* __restrict row, const unsigned* __restrict first,
                             const float* __restrict weights, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float* at = row + first[i];
    out[i] = weights[2 * i] * at[0] + weights[2 * i + 1] * at[1];
  }
}

void pick(float* out, const float* row, const Taps& taps) {
  const size_t count = taps.first.size();
  if (taps.count == 2) return pick_two(out, row, taps.first.data(), taps.weights.data(), count);
  for (size_t i = 0; i < count; i++) {
    const float* at = row + taps.first[i];
    const float* weights = &taps.weights[i * taps.count];
    float sum = 0;
    for (unsigned k = 0; k < taps.count; k++) sum += weights[k] * at[k];
    out[i] = sum;
  }
}

}  // namespace

ScaledRows::ScaledRows(const GstVideoInfo& info, Taps columns, unsigned kept)
    : columns_(std::move(columns)), full_(info), held_(std::max(kept, 1U), kNone) {
  if (ColumnPairs::fits(info, columns_)) pairs_.emplace(info, columns_);
  full_row_.resize(size_t{full_.width()} * channels());
  rows_.resize(held_.size() * channels() * width());
}

void ScaledRows::begin(const uint8_t* const* planes, const int* strides) {
  if (pairs_) {
    pairs_->begin(planes, strides);
  } else {
    full_.begin(planes, strides);
  }
  std::fill(held_.begin(), held_.end(), kNone);
}

const float* ScaledRows::at(unsigned y) {
  const size_t slot = y % held_.size();
  float* const row = &rows_[slot * channels() * width()];
  if (held_[slot] == y) return row;
  held_[slot] = y;
  if (pairs_) {
    pairs_->read(y, row);
    return row;
  }
  full_.read(y, full_row_.data());
  for (size_t channel = 0; channel < channels(); channel++)
    pick(row + channel * width(), &full_row_[channel * full_.width()], columns_);
  return row;
}

}  // namespace vedette

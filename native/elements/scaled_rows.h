// Rows of a decoded picture as RGB (or gray) of 0…255, resampled to the network's columns. Every pixel is kept inside
// the range before anything is mixed: a network was trained on pictures made that way.
//
// Owned by a Preprocessor, and used on one thread at a time.
#pragma once

#include <gst/video/video.h>

#include <optional>
#include <vector>

#include "column_pairs.h"
#include "rgb_rows.h"
#include "taps.h"

namespace vedette {

class ScaledRows {
 public:
  // Keeps the last `kept` rows that were asked for, when they are asked for in order.
  ScaledRows(const GstVideoInfo& info, Taps columns, unsigned kept);

  // `planes` and `strides` of a mapped picture of that kind, which outlives the calls of `at`.
  void begin(const uint8_t* const* planes, const int* strides);
  // Row y will be asked for soon.
  void prefetch(unsigned y) const {
    if (pairs_) pairs_->prefetch(y);
  }
  // Row y of the picture: its channels after each other, `width` floats each.
  const float* at(unsigned y);

  size_t width() const { return columns_.first.size(); }
  unsigned channels() const { return full_.channels(); }

 private:
  const Taps columns_;
  std::optional<ColumnPairs> pairs_;  // the short way, for the pictures that it fits
  RgbRows full_;
  std::vector<float> full_row_;
  std::vector<float> rows_;
  std::vector<unsigned> held_;  // which picture row each kept row is
};

}  // namespace vedette

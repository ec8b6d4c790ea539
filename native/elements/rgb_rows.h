// Rows of a decoded picture as RGB at its full size, in floats of 0…255: subsampled chroma is brought to luma's size
// (bilinear, by its site) and every pixel is kept inside the range before anything is scaled. A network was trained on
// pictures made that way; where light is burnt out, clamping after scaling gives it other values.
#pragma once

#include <gst/video/video.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "taps.h"

namespace vedette {

class RgbRows {
 public:
  // Keeps the last `kept` rows that were asked for, when they are asked for in order.
  RgbRows(const GstVideoInfo& info, unsigned kept);

  // `planes` and `strides` of a mapped picture of that kind, which outlives the calls of `at`.
  void begin(const uint8_t* const* planes, const int* strides);
  // Row y: R, G and B after each other, or one channel for a gray picture; `width` floats each.
  const float* at(unsigned y);

  unsigned width() const { return width_; }
  unsigned channels() const { return static_cast<unsigned>(components_.size()); }

 private:
  struct Component {
    int plane, offset, step;  // where its samples are, in bytes
    unsigned width;           // of a row, in samples
    bool cosited;             // on the first of the luma columns it stands for
    Taps rows, columns;       // to full size; empty where it has that
  };
  // `into`: one row of the component at full width.
  void read(const Component& component, unsigned y, float* into);

  bool yuv_;
  unsigned width_;
  std::vector<Component> components_;
  std::array<float, 12> matrix_{};  // rows R, G, B: three factors and a constant
  std::array<const uint8_t*, 4> planes_{};
  std::array<int, 4> strides_{};
  std::vector<float> narrow_;  // one row of chroma, with a sample more at either end
  std::vector<float> yuv_row_;
  std::vector<float> rows_;
  std::vector<unsigned> held_;  // which picture row each kept row is
};

}  // namespace vedette

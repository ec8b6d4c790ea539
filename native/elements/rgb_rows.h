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
#include "yuv_matrix.h"

namespace vedette {

class RgbRows {
 public:
  explicit RgbRows(const GstVideoInfo& info);

  // `planes` and `strides` of a mapped picture of that kind, which outlives the calls of `read`.
  void begin(const uint8_t* const* planes, const int* strides);
  // Row y: R, G and B after each other, or one channel for a gray picture; `width` floats each.
  void read(unsigned y, float* rgb);

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
  void read_component(const Component& component, unsigned y, float* into);

  bool yuv_;
  unsigned width_;
  std::vector<Component> components_;
  YuvMatrix matrix_{};
  std::array<const uint8_t*, 4> planes_{};
  std::array<int, 4> strides_{};
  std::vector<float> narrow_;  // one row of chroma, with a sample more at either end
  std::vector<float> yuv_row_;
};

}  // namespace vedette

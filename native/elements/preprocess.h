// From a decoded picture to the network's float input: scaling, letterboxing and normalisation, without an intermediate
// picture. The network sees what it would see if the picture were made RGB at its full size first and scaled then, as
// it was in training.
//
// A Preprocessor keeps the tables for one kind of picture (size, format, colorimetry) and its own scratch rows: use it
// on one thread at a time. Arithmetic is done on values of 0…255, as nvinfer does: y = scale * (x - offset).
#pragma once

#include <gst/video/video.h>

#include <vector>

#include "infer_config.h"
#include "scaled_rows.h"
#include "taps.h"

namespace vedette {

struct NetworkInput {
  unsigned width, height, channels;
  InputOrder order;
  ColorFormat color;
  float scale;
  std::array<float, 3> offsets;
  bool keep_aspect, symmetric_padding, smooth_scaling;
};

// Where the picture lies inside the network's input.
struct Placement {
  unsigned left, top, width, height;
};
Placement place(unsigned source_width, unsigned source_height, const NetworkInput& input);

class Preprocessor {
 public:
  Preprocessor(const GstVideoInfo& info, const NetworkInput& input);
  bool fits(const GstVideoInfo& info) const;
  const Placement& placement() const { return placement_; }
  // `planes` and `strides` of a mapped picture of that kind; `out` has room for one input.
  void run(const uint8_t* const* planes, const int* strides, float* out);

 private:
  // Whether every output row is two rows of the picture, and they go to its planes as they are.
  bool is_short() const;
  // Such a row, in one pass.
  void write_blended(unsigned y, float* out);
  // Where output row y begins in a plane.
  size_t row_start(unsigned y) const { return size_t{placement_.top + y} * input_.width + placement_.left; }
  // The picture's rows that make output row y, blended: its channels after each other, at the placement's width.
  const float* blend_rows(unsigned y);
  void write_row(const float* blended, unsigned y, float* out);
  void pad_borders(float* out) const;

  GstVideoInfo info_;
  NetworkInput input_;
  Placement placement_;
  Taps vertical_;
  ScaledRows source_;
  std::vector<float> blended_;
  std::array<std::vector<float>, 3> row_;  // one of the network's, for orders that are not planar
};

}  // namespace vedette

// From a decoded picture straight to the network's float input: scaling, colour conversion, letterboxing and
// normalisation in one pass over the output, without an intermediate picture. The network sees what it would see if the
// picture were made RGB at its full size first and scaled then, as it was in training: subsampled chroma is brought to
// luma's size and scaled from there, by one composed filter.
//
// A Preprocessor keeps the tables for one kind of picture (size, format, colorimetry) and its own scratch rows: use it
// on one thread at a time. Arithmetic is done on values of 0…255, as nvinfer does: y = scale * (x - offset).
#pragma once

#include <gst/video/video.h>

#include <vector>

#include "infer_config.h"

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

// For each output index: the first source index and `count` weights.
struct Taps {
  unsigned count;
  std::vector<unsigned> first;
  std::vector<float> weights;
};
// `shift` moves the sampling points, in source samples (chroma that lies on its left neighbour).
Taps make_taps(unsigned source, unsigned target, bool smooth, double shift);
// As if `fine` were applied to what `coarse` makes of `source` samples.
Taps compose(const Taps& coarse, const Taps& fine, unsigned source);

class Preprocessor {
 public:
  Preprocessor(const GstVideoInfo& info, const NetworkInput& input);
  bool fits(const GstVideoInfo& info) const;
  const Placement& placement() const { return placement_; }
  // `planes` and `strides` of a mapped picture of that kind; `out` has room for one input.
  void run(const uint8_t* const* planes, const int* strides, float* out);

 private:
  struct Component {
    int plane, offset, step;  // where its samples are
    Taps columns, rows;
  };
  void sample_row(const Component& component, const uint8_t* plane, int stride, unsigned y, float* into);
  void convert_row(float* out, unsigned y);
  void pad_borders(float* out) const;

  GstVideoInfo info_;
  NetworkInput input_;
  Placement placement_;
  std::vector<Component> components_;
  std::array<float, 12> matrix_;  // rows R, G, B: three factors and a constant
  std::vector<float> blended_;
  std::vector<float> sampled_;  // one row of each component at the network's width
  std::array<std::vector<float>, 3> row_;
};

}  // namespace vedette

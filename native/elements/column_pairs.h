// Rows of a planar YUV picture as RGB at the network's columns: where a picture shrinks, only the two columns that each
// output mixes are brought to full chroma, made RGB and kept inside 0…255, as rgb_rows.h does for every column.
//
// For chroma of half the width, on the left luma sample (MPEG-2, H.264) or between two (JPEG): two neighbouring columns
// then see three neighbouring chroma samples. One thread at a time.
#pragma once

#include <gst/video/video.h>

#include <array>
#include <cstdint>
#include <vector>

#include "taps.h"
#include "yuv_matrix.h"

namespace vedette {

class ColumnPairs {
 public:
  static bool fits(const GstVideoInfo& info, const Taps& columns);
  ColumnPairs(const GstVideoInfo& info, const Taps& columns);

  // `planes` and `strides` of a mapped picture of that kind, which outlives the calls of `read`.
  void begin(const uint8_t* const* planes, const int* strides);
  // Row y: R, G and B after each other, one float for each of the columns.
  void read(unsigned y, float* rgb);

 private:
  using Pair = uint16_t;  // two neighbouring samples, the left one in the lower byte
  using Quad = uint32_t;  // four
  struct Chroma {
    size_t plane;
    std::vector<Quad> rows;      // the last few, picked
    std::vector<unsigned> held;  // which row of the plane each is
  };
  const Quad* pick(Chroma& chroma, unsigned row);

  size_t count_;
  size_t luma_plane_;
  std::vector<uint32_t> luma_at_, chroma_at_;  // where each pair or quad begins in a row
  size_t whole_;                               // columns whose quad lies inside the row; the others are at its end
  unsigned chroma_width_;
  std::array<std::vector<float>, 3> left_, right_;  // weights of three chroma samples for either column of a pair
  std::vector<float> mix_;                          // share of the right column
  Taps vertical_;                                   // of chroma; empty where it has the picture's height
  YuvMatrix matrix_;
  std::array<Chroma, 2> chroma_;
  std::vector<Pair> luma_;
  std::array<const uint8_t*, 4> planes_{};
  std::array<int, 4> strides_{};
};

}  // namespace vedette

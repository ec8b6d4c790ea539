// Rows of a planar YUV picture as RGB at the network's columns: where a picture shrinks, only the two columns that each
// output mixes are brought to full chroma, made RGB and kept inside 0…255, as rgb_rows.h does for every column.
//
// For chroma of half the width, on the left luma sample (MPEG-2, H.264) or between two (JPEG): two neighbouring columns
// then see three neighbouring chroma samples. One thread at a time.
#pragma once

#include <gst/video/video.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "picks.h"
#include "taps.h"
#include "yuv_matrix.h"

namespace vedette {

class ColumnPairs {
 public:
  static bool fits(const GstVideoInfo& info, const Taps& columns);
  ColumnPairs(const GstVideoInfo& info, const Taps& columns);

  // `planes` and `strides` of a mapped picture of that kind, which outlives the calls of `read`.
  void begin(const uint8_t* const* planes, const int* strides);
  // Row y will be read soon: the decoder has left it in memory, far from this processor's caches.
  void prefetch(unsigned y) const;
  // Row y: R, G and B after each other, one float for each of the columns.
  void read(unsigned y, float* rgb);

 private:
  using Pair = uint16_t;  // two neighbouring samples, the left one in the lower byte
  using Quad = uint32_t;  // four
  struct Chroma {
    size_t plane;
    std::vector<Quad> quads;  // of one row
  };
  // A row of luma lies between two of chroma, and so does the next one.
  static constexpr size_t kHeldTints = 2;
  // R, G and B of either column.
  static constexpr size_t kTint = 6;
  // What a row of chroma adds to the RGB of each pair.
  const float* tint(unsigned row);

  size_t count_;
  size_t luma_plane_;
  unsigned luma_width_, chroma_width_;
  Picks luma_picks_;
  std::optional<Picks> chroma_picks_;
  std::vector<float> weights_;  // of three chroma samples each, for either column of a pair
  std::vector<float> mix_;      // share of the right column
  Taps vertical_;               // of chroma; empty where it has the picture's height
  YuvMatrix matrix_;
  std::array<Chroma, 2> chroma_;
  std::vector<float> tints_;
  std::array<unsigned, kHeldTints> held_;  // which row of chroma each is
  std::vector<Pair> luma_;
  std::array<const uint8_t*, 4> planes_{};
  std::array<int, 4> strides_{};
};

}  // namespace vedette

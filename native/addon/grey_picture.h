// A picture in shades of grey, in memory of its own. Knows neither GStreamer nor JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vedette {

struct GreyPicture {
  unsigned width = 0, height = 0;
  std::vector<uint8_t> samples;

  const uint8_t* row(unsigned y) const { return &samples[size_t{y} * width]; }
};

// BT.601 luma of RGB, three bytes a pixel, rows without padding.
GreyPicture grey_of_rgb(const uint8_t* rgb, unsigned width, unsigned height);
// Each sample is the mean of the area that it covers, so that nothing is left out; where it grows, of its neighbours.
GreyPicture resized(const GreyPicture& from, unsigned width, unsigned height);

}  // namespace vedette

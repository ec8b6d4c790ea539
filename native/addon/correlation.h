// Normalised cross-correlation of a small picture with every place of a larger one: 1 where they are the same but for
// brightness and contrast, 0 where they have nothing in common (J. P. Lewis, Fast Normalized Cross-Correlation, 1995:
// sums of what lies under the small one come from integral images). Knows neither GStreamer nor JavaScript.
#pragma once

#include <cstdint>
#include <vector>

#include "grey_picture.h"

namespace vedette {

// A picture in which templates are looked for, with the sums over any rectangle of it.
class SummedPicture {
 public:
  explicit SummedPicture(GreyPicture picture);
  const GreyPicture& picture() const { return picture_; }
  uint64_t sum(unsigned x, unsigned y, unsigned width, unsigned height) const {
    return over(sums_, x, y, width, height);
  }
  uint64_t sum_of_squares(unsigned x, unsigned y, unsigned width, unsigned height) const {
    return over(squares_, x, y, width, height);
  }

 private:
  uint64_t over(const std::vector<uint64_t>& sums, unsigned x, unsigned y, unsigned width, unsigned height) const {
    const size_t stride = size_t{picture_.width} + 1;
    const uint64_t* top = &sums[y * stride + x];
    const uint64_t* bottom = top + height * stride;
    return bottom[width] - bottom[0] - top[width] + top[0];
  }

  GreyPicture picture_;
  // One row and one column more than the picture: entry (x, y) is of all that lies above and left of it.
  std::vector<uint64_t> sums_, squares_;
};

// What every place needs of a template.
struct Moments {
  double sum = 0;
  double spread = 0;  // sum of the squares of what is left when the mean is taken off
  size_t count = 0;
};
Moments moments_of(const GreyPicture& small);

// Scores of all places where `small` lies wholly inside, row after row: (width - small.width + 1) in each. `small` has
// at most 2^16 samples and is no larger than the picture.
std::vector<float> correlate(const SummedPicture& picture, const GreyPicture& small);
// Of one place.
float correlation_at(const SummedPicture& picture, const GreyPicture& small, const Moments& moments, unsigned x,
                     unsigned y);

}  // namespace vedette

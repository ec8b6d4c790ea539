// What linear resampling along one axis reads: for each output index the first source index and its weights.
#pragma once

#include <vector>

namespace vedette {

struct Taps {
  unsigned count;  // weights per output
  std::vector<unsigned> first;
  std::vector<float> weights;
};

// Bilinear with half-pixel centres. `smooth` averages, when shrinking, what bilinear would skip. `shift` moves the
// sampling points, in source samples (chroma that lies on its left neighbour).
Taps make_taps(unsigned source, unsigned target, bool smooth, double shift);

}  // namespace vedette

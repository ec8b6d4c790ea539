#include "taps.h"

#include <algorithm>
#include <cmath>

namespace vedette {

Taps make_taps(unsigned source, unsigned target, bool smooth, double shift) {
  const double ratio = static_cast<double>(source) / target;
  // A triangle over two samples is bilinear; stretched to the ratio it also averages what bilinear would skip.
  const double reach = smooth ? std::max(ratio, 1.0) : 1.0;
  Taps taps;
  taps.count = std::min<unsigned>(source, static_cast<unsigned>(std::ceil(reach)) * 2);
  for (unsigned i = 0; i < target; i++) {
    const double centre = (i + 0.5) * ratio - 0.5 + shift;
    const int lowest = static_cast<int>(std::floor(centre - reach)) + 1;
    const auto first = static_cast<unsigned>(std::clamp<double>(lowest, 0, source - taps.count));
    taps.first.push_back(first);
    double sum = 0;
    std::vector<double> weights(taps.count, 0);
    // Samples beyond the border count as the border's own.
    for (int k = lowest; k < lowest + 2 * static_cast<int>(std::ceil(reach)); k++) {
      const double weight = std::max(0.0, 1 - std::abs(k - centre) / reach);
      const double at = std::clamp<double>(k, 0, source - 1);
      const auto slot = static_cast<int>(at) - static_cast<int>(first);
      weights[std::clamp<int>(slot, 0, static_cast<int>(taps.count) - 1)] += weight;
      sum += weight;
    }
    for (const double one : weights) taps.weights.push_back(static_cast<float>(one / sum));
  }
  return taps;
}

}  // namespace vedette

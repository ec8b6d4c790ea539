// A share of measured times that is not exceeded. Plain arithmetic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace vedette {

// In milliseconds, of microseconds; -1 with none. Puts `values_us` in another order.
inline double percentile_ms(std::vector<uint32_t>& values_us, double share) {
  if (values_us.empty()) return -1;
  auto at = values_us.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(values_us.size() - 1));
  std::nth_element(values_us.begin(), at, values_us.end());
  return *at / 1000.0;
}

}  // namespace vedette

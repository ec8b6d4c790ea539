// The pairing of rows and columns whose scores add up to the most (Hungarian method). Pure.
#pragma once

#include <cstddef>
#include <vector>

namespace vedette {

// scores[row][column]; a score of 0 or less forbids the pair. For each row its column, or -1.
std::vector<int> assign(const std::vector<std::vector<float>>& scores, size_t columns);

}  // namespace vedette

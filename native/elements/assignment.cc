#include "assignment.h"

#include <algorithm>
#include <limits>

namespace vedette {

// Shortest augmenting paths over a cost of -score, with a column of cost 0 for every row that rather stays alone.
std::vector<int> assign(const std::vector<std::vector<float>>& scores, size_t columns) {
  const size_t rows = scores.size();
  const size_t width = columns + rows;
  constexpr double kForbidden = 1e6;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto cost = [&](size_t row, size_t column) -> double {
    if (column >= columns) return column - columns == row ? 0 : kForbidden;
    const double score = scores[row][column];
    return score > 0 ? -score : kForbidden;
  };
  std::vector<double> u(rows + 1, 0);
  std::vector<double> v(width + 1, 0);
  std::vector<size_t> row_of(width + 1, 0);  // 1-based, 0: free
  std::vector<size_t> way(width + 1, 0);
  for (size_t row = 1; row <= rows; row++) {
    row_of[0] = row;
    size_t column = 0;
    std::vector<double> least(width + 1, kInfinity);
    std::vector<bool> used(width + 1, false);
    do {
      used[column] = true;
      const size_t at = row_of[column];
      double delta = kInfinity;
      size_t next = 0;
      for (size_t j = 1; j <= width; j++) {
        if (used[j]) continue;
        const double reduced = cost(at - 1, j - 1) - u[at] - v[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          way[j] = column;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (size_t j = 0; j <= width; j++) {
        if (used[j]) {
          u[row_of[j]] += delta;
          v[j] -= delta;
        } else {
          least[j] -= delta;
        }
      }
      column = next;
    } while (row_of[column] != 0);
    while (column != 0) {
      row_of[column] = row_of[way[column]];
      column = way[column];
    }
  }
  std::vector<int> result(rows, -1);
  for (size_t j = 1; j <= columns; j++) {
    if (row_of[j] > 0 && scores[row_of[j] - 1][j - 1] > 0) result[row_of[j] - 1] = static_cast<int>(j) - 1;
  }
  return result;
}

}  // namespace vedette

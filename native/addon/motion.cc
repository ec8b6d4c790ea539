#include "motion.h"

#include <algorithm>
#include <cmath>

namespace vedette {
namespace {

// Samples of a cell in each direction: enough that noise of single pixels averages out.
constexpr unsigned kSamples = 6;
// Until then the background is not known well enough.
constexpr unsigned kLearningLooks = 12;
constexpr float kFollow = 0.04F;         // share of a still cell's difference that becomes background at each look
constexpr float kFollowChanged = 0.01F;  // what has come to stay becomes background within seconds
constexpr float kFollowDeviation = 0.005F;
constexpr float kLeastChange = 4.0F;  // levels of 255
constexpr float kUsualTimes = 4.0F;   // a cell's own mean deviation, so many times over,
constexpr float kMostChange = 16.0F;  // but no more: a path that people use often must not become usual
// One cell alone is an insect or a compression artefact.
constexpr unsigned kLeastCells = 2;

}  // namespace

bool Motion::look(const Brightness& picture, uint64_t pts_ns) {
  if (picture.width != width_ || picture.height != height_) {
    width_ = picture.width;
    height_ = picture.height;
    looks_ = 0;
  }
  measure(picture);
  if (looks_ == 0) {
    background_ = cells_;
    deviation_.assign(cells_.size(), 0);
  }
  bool is_moving = compare(shared_shift());
  if (looks_ < kLearningLooks) {
    looks_++;
    is_moving = true;
  }
  if (is_moving) still_from_ns_ = pts_ns + kHoldNs;
  return pts_ns < still_from_ns_;
}

void Motion::measure(const Brightness& picture) {
  cells_.assign(size_t{kColumns} * kRows, 0);
  const unsigned across = kColumns * kSamples, down = kRows * kSamples;
  for (unsigned j = 0; j < down; j++) {
    const uint8_t* row = picture.samples + picture.stride * static_cast<ptrdiff_t>(size_t{j} * picture.height / down);
    float* cells = &cells_[size_t{j / kSamples} * kColumns];
    // 16 bits of fraction: cheaper than a division for each sample.
    const uint64_t advance = (uint64_t{picture.width} << 16U) / across;
    uint64_t at = 0;
    for (unsigned i = 0; i < kColumns; i++) {
      unsigned sum = 0;
      for (unsigned k = 0; k < kSamples; k++, at += advance) sum += row[(at >> 16U) * picture.step];
      cells[i] += static_cast<float>(sum);
    }
  }
  for (float& cell : cells_) cell /= kSamples * kSamples;
}

// The median: half of the picture may move and it is still that of the other half.
float Motion::shared_shift() {
  shifts_.resize(cells_.size());
  for (size_t i = 0; i < cells_.size(); i++) shifts_[i] = cells_[i] - background_[i];
  auto middle = shifts_.begin() + static_cast<ptrdiff_t>(shifts_.size() / 2);
  std::nth_element(shifts_.begin(), middle, shifts_.end());
  return *middle;
}

bool Motion::compare(float shift) {
  unsigned changed = 0;
  changed_.assign(cells_.size(), false);
  const bool is_learning = looks_ < kLearningLooks;
  for (size_t i = 0; i < cells_.size(); i++) {
    const float difference = cells_[i] - background_[i];
    const float distance = std::abs(difference - shift);
    const bool is_changed = distance > std::clamp(kUsualTimes * deviation_[i], kLeastChange, kMostChange);
    if (is_changed && (left_out_.empty() || left_out_[i] != '1')) changed++;
    changed_[i] = is_changed && !is_learning;
    const float follow = is_learning ? 0.25F : is_changed ? kFollowChanged : kFollow;
    background_[i] += follow * difference;
    // Changed cells teach it too, slowly: leaves in the wind are usual for where they are.
    deviation_[i] += kFollowDeviation * (distance - deviation_[i]);
  }
  return changed >= kLeastCells;
}

// Cells that touch each other, at their corners too, are one area.
std::vector<MovingArea> Motion::areas() const {
  std::vector<MovingArea> areas;
  std::vector<bool> left = changed_;
  std::vector<unsigned> open;
  for (unsigned start = 0; start < left.size(); start++) {
    if (!left[start]) continue;
    unsigned first_x = kColumns, first_y = kRows, last_x = 0, last_y = 0, cells = 0;
    left[start] = false;
    open.assign(1, start);
    while (!open.empty()) {
      const unsigned x = open.back() % kColumns, y = open.back() / kColumns;
      open.pop_back();
      cells++;
      first_x = std::min(first_x, x), last_x = std::max(last_x, x);
      first_y = std::min(first_y, y), last_y = std::max(last_y, y);
      for (unsigned j = y == 0 ? 0 : y - 1; j <= std::min(kRows - 1, y + 1); j++) {
        for (unsigned i = x == 0 ? 0 : x - 1; i <= std::min(kColumns - 1, x + 1); i++) {
          if (!left[j * kColumns + i]) continue;
          left[j * kColumns + i] = false;
          open.push_back(j * kColumns + i);
        }
      }
    }
    if (cells < kLeastCells) continue;
    const unsigned wide = last_x - first_x + 1, high = last_y - first_y + 1;
    auto share = [](unsigned part, unsigned whole) { return static_cast<float>(part) / static_cast<float>(whole); };
    areas.push_back({share(first_x, kColumns), share(first_y, kRows), share(wide, kColumns), share(high, kRows),
                     share(cells, wide * high)});
  }
  return areas;
}

}  // namespace vedette

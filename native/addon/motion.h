// Does something move in front of a camera? Mean luma of a grid of cells against a background that follows slowly.
//
// Per cell, a running mean and a running mean absolute deviation (as in sigma-delta background estimation, Manzanera
// and Richefeu 2007): a cell has changed when it lies further from its mean than it usually does. The shift that most
// cells share is the camera's exposure and is taken off first. Knows no GStreamer; used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vedette {

// 8-bit samples of brightness: luma, or green of an RGB picture. `step` bytes from one to the next.
struct Brightness {
  const uint8_t* samples;
  ptrdiff_t stride;
  unsigned step, width, height;
};

// Shares of the picture, 0 … 1; `moving`: of the area's cells, those that have changed.
struct MovingArea {
  float left, top, width, height, moving;
};

class Motion {
 public:
  // True for the first pictures, of which nothing is known yet, and for `kHoldNs` after something moved.
  bool look(const Brightness& picture, uint64_t pts_ns);

  // What moves in cells marked '1' does not count: one character for each cell, row after row from the top left. Empty:
  // all count.
  void leave_out(const std::string& cells) { left_out_ = cells; }

  // Where something moved in the picture that was looked at last; none while the background is being learned.
  std::vector<MovingArea> areas() const;

  static constexpr uint64_t kHoldNs = 3'000'000'000;
  static constexpr unsigned kColumns = 64, kRows = 36, kCells = kColumns * kRows;

 private:
  void measure(const Brightness& picture);
  float shared_shift();
  bool compare(float shift);

  std::string left_out_;
  std::vector<float> cells_, background_, deviation_, shifts_;
  std::vector<bool> changed_;
  unsigned width_ = 0, height_ = 0, looks_ = 0;
  uint64_t still_from_ns_ = 0;
};

}  // namespace vedette

#include "test_pattern.h"

#include <algorithm>
#include <cstring>

namespace vedette {
namespace {

// splitmix64 (public domain, S. Vigna): enough for a picture, the same everywhere.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  int between(int low, int high) { return low + static_cast<int>(next() % static_cast<uint64_t>(high - low + 1)); }

 private:
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  uint64_t state_;
};

struct Colour {
  uint8_t y, u, v;
};
// Strong BT.601 colours, all far from the grey background.
constexpr Colour kColours[] = {{81, 90, 240},  {145, 54, 34},  {41, 240, 110},
                               {210, 16, 146}, {170, 166, 16}, {106, 202, 222}};

int even(int value) { return value & ~1; }

// Position of something that starts at `start`, moves by `step` and bounces between 0 and `span`.
int bounced(int start, int step, uint64_t frame, int span) {
  if (span <= 0) return 0;
  int64_t period = 2LL * span;
  int64_t at = (start + static_cast<int64_t>(frame % static_cast<uint64_t>(period)) * step) % period;
  if (at < 0) at += period;
  return static_cast<int>(at <= span ? at : period - at);
}

void fill(uint8_t* row, int from, int to, uint8_t value) {
  if (to > from) std::memset(row + from, value, static_cast<size_t>(to - from));
}

}  // namespace

TestPattern::TestPattern(uint32_t width, uint32_t height, uint32_t shapes, uint32_t seed)
    : width_(static_cast<int>(width)), height_(static_cast<int>(height)) {
  Random random(seed);
  for (uint32_t i = 0; i < shapes; i++) {
    Shape shape{};
    shape.width = std::max(2, even(random.between(width_ / 12, width_ / 5)));
    shape.height = std::max(2, even(random.between(height_ / 10, height_ / 4)));
    shape.left = even(random.between(0, std::max(0, width_ - shape.width)));
    shape.top = even(random.between(0, std::max(0, height_ - shape.height)));
    shape.step_x = 2 * random.between(-2, 2);
    shape.step_y = 2 * random.between(-1, 1);
    if (shape.step_x == 0 && shape.step_y == 0) shape.step_x = 2;
    const Colour& colour = kColours[i % std::size(kColours)];
    shape.y = colour.y, shape.u = colour.u, shape.v = colour.v;
    shape.round = i % 2 == 1;
    shapes_.push_back(shape);
  }
}

PatternBox TestPattern::box(const Shape& shape, uint64_t frame) const {
  return {bounced(shape.left, shape.step_x, frame, even(width_ - shape.width)),
          bounced(shape.top, shape.step_y, frame, even(height_ - shape.height)), shape.width, shape.height};
}

std::vector<PatternBox> TestPattern::boxes(uint64_t frame) const {
  std::vector<PatternBox> boxes;
  for (const Shape& shape : shapes_) boxes.push_back(box(shape, frame));
  return boxes;
}

void TestPattern::draw(uint64_t frame, const Planes& planes) const {
  for (int row = 0; row < height_; row++)
    std::memset(planes.y + row * planes.y_stride, 96 + 48 * row / std::max(1, height_), static_cast<size_t>(width_));
  int chroma_width = (width_ + 1) / 2;
  int chroma_height = (height_ + 1) / 2;
  for (int row = 0; row < chroma_height; row++) {
    std::memset(planes.u + row * planes.u_stride, 128, static_cast<size_t>(chroma_width));
    std::memset(planes.v + row * planes.v_stride, 128, static_cast<size_t>(chroma_width));
  }
  for (const Shape& shape : shapes_) {
    PatternBox at = box(shape, frame);
    for (int row = 0; row < at.height; row += 2) {
      // A round shape is an octagon: its four corners are cut, so all four sides of its box are touched.
      int corner = std::min(at.width, at.height) / 4;
      int edge = std::min(row, at.height - 2 - row);
      int cut = shape.round ? even(std::max(0, corner - edge)) : 0;
      int left = at.left + cut;
      int right = at.left + at.width - cut;
      for (int line = at.top + row; line < at.top + row + 2; line++)
        fill(planes.y + line * planes.y_stride, left, right, shape.y);
      fill(planes.u + (at.top + row) / 2 * planes.u_stride, left / 2, right / 2, shape.u);
      fill(planes.v + (at.top + row) / 2 * planes.v_stride, left / 2, right / 2, shape.v);
    }
  }
}

}  // namespace vedette

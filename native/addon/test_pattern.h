// Moving shapes on a quiet background, drawn into I420, whose true boxes are known at every frame number.
// Pure: the same options give the same picture on every machine.
#pragma once

#include <cstdint>
#include <vector>

namespace vedette {

struct PatternBox {
  int left, top, width, height;  // in pixels, all even, inside the picture
};

class TestPattern {
 public:
  TestPattern(uint32_t width, uint32_t height, uint32_t shapes, uint32_t seed);
  std::vector<PatternBox> boxes(uint64_t frame) const;

  struct Planes {
    uint8_t *y, *u, *v;
    int y_stride, u_stride, v_stride;
  };
  void draw(uint64_t frame, const Planes& planes) const;

 private:
  struct Shape {
    int width, height;
    int left, top;       // at frame 0
    int step_x, step_y;  // pixels a frame, even
    uint8_t y, u, v;
    bool round;
  };
  PatternBox box(const Shape& shape, uint64_t frame) const;

  int width_, height_;
  std::vector<Shape> shapes_;
};

}  // namespace vedette

// A constant-velocity Kalman filter of one box: centre x and y, width and height, each with its own speed.
//
// The four coordinates are independent in this model (noise on the diagonal only), so this is four filters of two
// states, exact and cheap. Time is given in frames of 1/30 s, so a camera's speed may change or have gaps. Pure.
#pragma once

#include <array>

#include "meta/box.h"

namespace vedette {

struct KalmanNoise {
  float location, velocity;  // standard deviations, in parts of the box's height
};

class KalmanBox {
 public:
  KalmanBox(const meta::Box& box, const KalmanNoise& noise);
  void predict(float frames);
  void correct(const meta::Box& box);
  // Where it is now; never smaller than a pixel.
  meta::Box box() const;
  // Lets a box that has no detection keep its size: only its place is extrapolated.
  void hold_size();

 private:
  struct Axis {
    float value, speed;  // state
    float vv, vs, ss;    // covariance
  };
  float height() const;

  KalmanNoise noise_;
  std::array<Axis, 4> axes_;  // centre x, centre y, width, height
};

}  // namespace vedette

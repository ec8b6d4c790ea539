#include "kalman.h"

#include <algorithm>

namespace vedette {
namespace {

std::array<float, 4> measured(const meta::Box& box) {
  return {box.left + box.width / 2, box.top + box.height / 2, box.width, box.height};
}

float squared(float value) { return value * value; }

}  // namespace

KalmanBox::KalmanBox(const meta::Box& box, const KalmanNoise& noise) : noise_(noise) {
  const std::array<float, 4> values = measured(box);
  const float h = std::max(box.height, 1.0F);
  for (size_t i = 0; i < 4; i++) {
    // A first measurement says little about the speed.
    axes_[i] = {values[i], 0, squared(2 * noise.location * h), 0, squared(10 * noise.velocity * h)};
  }
}

float KalmanBox::height() const { return std::max(axes_[3].value, 1.0F); }

void KalmanBox::predict(float frames) {
  const float location = squared(noise_.location * height()) * frames;
  const float velocity = squared(noise_.velocity * height()) * frames;
  for (Axis& a : axes_) {
    a.value += a.speed * frames;
    a.vv += frames * (2 * a.vs + frames * a.ss) + location;
    a.vs += frames * a.ss;
    a.ss += velocity;
  }
}

void KalmanBox::correct(const meta::Box& box) {
  const std::array<float, 4> values = measured(box);
  const float noise = squared(noise_.location * height());
  for (size_t i = 0; i < 4; i++) {
    Axis& a = axes_[i];
    const float gain_value = a.vv / (a.vv + noise);
    const float gain_speed = a.vs / (a.vv + noise);
    const float error = values[i] - a.value;
    a.value += gain_value * error;
    a.speed += gain_speed * error;
    a.ss -= gain_speed * a.vs;
    a.vs -= gain_value * a.vs;
    a.vv -= gain_value * a.vv;
  }
}

meta::Box KalmanBox::box() const {
  const float width = std::max(axes_[2].value, 1.0F);
  const float tall = height();
  return {axes_[0].value - width / 2, axes_[1].value - tall / 2, width, tall};
}

void KalmanBox::hold_size() { axes_[2].speed = axes_[3].speed = 0; }

}  // namespace vedette

#include "preprocess.h"

#include <algorithm>
#include <cmath>

#include "vectorise.h"

namespace vedette {

Placement place(unsigned source_width, unsigned source_height, const NetworkInput& input) {
  if (!input.keep_aspect) return {0, 0, input.width, input.height};
  const double ratio =
      std::min(static_cast<double>(input.width) / source_width, static_cast<double>(input.height) / source_height);
  const unsigned width = std::clamp<unsigned>(std::lround(source_width * ratio), 1, input.width);
  const unsigned height = std::clamp<unsigned>(std::lround(source_height * ratio), 1, input.height);
  if (!input.symmetric_padding) return {0, 0, width, height};
  return {(input.width - width) / 2, (input.height - height) / 2, width, height};
}

namespace {

VEDETTE_VECTOR void blend(float* __restrict out, const float* __restrict a, const float* __restrict b, float wa,
                          float wb, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = wa * a[i] + wb * b[i];
}

VEDETTE_VECTOR void add(float* __restrict out, const float* __restrict row, float weight, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] += weight * row[i];
}

VEDETTE_VECTOR void normalise(float* __restrict out, const float* __restrict row, float factor, float constant,
                              size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = factor * row[i] + constant;
}

// Both in one pass.
VEDETTE_VECTOR void blend_and_normalise(float* __restrict out, const float* __restrict a, const float* __restrict b,
                                        float factor_a, float factor_b, float constant, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = factor_a * a[i] + factor_b * b[i] + constant;
}

// ITU-R BT.601's luminance, for networks that see gray.
VEDETTE_VECTOR void to_gray(float* __restrict out, const float* __restrict r, const float* __restrict g,
                            const float* __restrict b, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = 0.299F * r[i] + 0.587F * g[i] + 0.114F * b[i];
}

VEDETTE_VECTOR void interleave(float* __restrict out, const float* __restrict a, const float* __restrict b,
                               const float* __restrict c, size_t count) {
  for (size_t i = 0; i < count; i++) {
    out[3 * i] = a[i];
    out[3 * i + 1] = b[i];
    out[3 * i + 2] = c[i];
  }
}

}  // namespace

Preprocessor::Preprocessor(const GstVideoInfo& info, const NetworkInput& input)
    : info_(info),
      input_(input),
      placement_(place(static_cast<unsigned>(info.width), static_cast<unsigned>(info.height), input)),
      vertical_(make_taps(static_cast<unsigned>(info.height), placement_.height, input.smooth_scaling, 0)),
      source_(info, make_taps(static_cast<unsigned>(info.width), placement_.width, input.smooth_scaling, 0),
              vertical_.count),
      blended_(size_t{3} * placement_.width) {
  for (auto& row : row_) row.resize(placement_.width);
}

bool Preprocessor::fits(const GstVideoInfo& info) const {
  return info.width == info_.width && info.height == info_.height && info.finfo == info_.finfo &&
         info.chroma_site == info_.chroma_site && gst_video_colorimetry_is_equal(&info.colorimetry, &info_.colorimetry);
}

const float* Preprocessor::blend_rows(unsigned y) {
  const unsigned first = vertical_.first[y];
  const float* weights = &vertical_.weights[size_t{y} * vertical_.count];
  if (vertical_.count == 1) return source_.at(first);
  if (weights[1] == 0 && vertical_.count == 2) return source_.at(first);
  const size_t count = source_.width() * source_.channels();
  const float* above = source_.at(first);
  blend(blended_.data(), above, source_.at(first + 1), weights[0], weights[1], count);
  for (unsigned k = 2; k < vertical_.count; k++)
    if (weights[k] != 0) add(blended_.data(), source_.at(first + k), weights[k], count);
  return blended_.data();
}

bool Preprocessor::is_short() const {
  return vertical_.count == 2 && source_.channels() == 3 && input_.channels == 3 && input_.order == InputOrder::kNchw;
}

void Preprocessor::write_blended(unsigned y, float* out) {
  const unsigned width = placement_.width;
  if (y + 1 < placement_.height) {
    for (unsigned k = 0; k < 2; k++) source_.prefetch(vertical_.first[y + 1] + k);
  }
  const unsigned first = vertical_.first[y];
  const float* const weights = &vertical_.weights[size_t{y} * 2];
  const float* const above = source_.at(first);
  const float* const below = weights[1] == 0 ? above : source_.at(first + 1);
  const size_t plane = size_t{input_.width} * input_.height;
  for (size_t channel = 0; channel < 3; channel++) {
    const size_t from = (input_.color == ColorFormat::kBgr ? 2 - channel : channel) * width;
    blend_and_normalise(out + channel * plane + row_start(y), above + from, below + from, input_.scale * weights[0],
                        input_.scale * weights[1], -input_.scale * input_.offsets[channel], width);
  }
}

void Preprocessor::write_row(const float* blended, unsigned y, float* out) {
  const unsigned width = placement_.width;
  const size_t plane = size_t{input_.width} * input_.height;
  const size_t start = row_start(y);
  const bool gray = source_.channels() == 1;
  if (input_.channels == 1) {
    if (!gray) {
      to_gray(row_[0].data(), blended, blended + width, blended + 2 * size_t{width}, width);
      blended = row_[0].data();
    }
    return normalise(out + start, blended, input_.scale, -input_.scale * input_.offsets[0], width);
  }
  for (size_t channel = 0; channel < 3; channel++) {
    const size_t from = input_.color == ColorFormat::kBgr ? 2 - channel : channel;
    float* into = input_.order == InputOrder::kNchw ? out + channel * plane + start : row_[channel].data();
    normalise(into, blended + (gray ? 0 : from * width), input_.scale, -input_.scale * input_.offsets[channel], width);
  }
  if (input_.order == InputOrder::kNhwc) {
    interleave(out + 3 * start, row_[0].data(), row_[1].data(), row_[2].data(), width);
  }
}

// Black beside a letterboxed picture.
void Preprocessor::pad_borders(float* out) const {
  if (placement_.width == input_.width && placement_.height == input_.height) return;
  const size_t pixels = size_t{input_.width} * input_.height;
  const bool planar = input_.order == InputOrder::kNchw;
  for (unsigned channel = 0; channel < input_.channels; channel++) {
    const float black = -input_.scale * input_.offsets[channel];
    for (size_t i = 0; i < pixels; i++) out[planar ? channel * pixels + i : i * input_.channels + channel] = black;
  }
}

void Preprocessor::run(const uint8_t* const* planes, const int* strides, float* out) {
  pad_borders(out);
  source_.begin(planes, strides);
  const bool is_short_way = is_short();
  for (unsigned y = 0; y < placement_.height; y++) {
    if (is_short_way) {
      write_blended(y, out);
    } else {
      write_row(blend_rows(y), y, out);
    }
  }
}

}  // namespace vedette

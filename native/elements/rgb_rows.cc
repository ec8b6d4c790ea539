#include "rgb_rows.h"

#include <algorithm>

#include "vectorise.h"

namespace vedette {
namespace {

VEDETTE_VECTOR void widen(float* __restrict out, const uint8_t* __restrict in, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = static_cast<float>(in[i]);
}

VEDETTE_VECTOR void widen_second(float* __restrict out, const uint8_t* __restrict in, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = static_cast<float>(in[2 * i]);
}

VEDETTE_VECTOR void widen_each(float* __restrict out, const uint8_t* __restrict in, size_t step, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = static_cast<float>(in[i * step]);
}

VEDETTE_VECTOR void blend(float* __restrict out, const uint8_t* __restrict a, const uint8_t* __restrict b, float wa,
                          float wb, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = wa * static_cast<float>(a[i]) + wb * static_cast<float>(b[i]);
}

VEDETTE_VECTOR void blend_each(float* __restrict out, const uint8_t* __restrict a, const uint8_t* __restrict b,
                               float wa, float wb, size_t step, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const size_t at = i * step;
    out[i] = wa * static_cast<float>(a[at]) + wb * static_cast<float>(b[at]);
  }
}

// Samples in the middle of two columns. in[0] and in[count + 1] are the borders' own, once more.
VEDETTE_VECTOR void twice_as_wide(float* __restrict out, const float* __restrict in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    out[2 * i] = 0.75F * in[i + 1] + 0.25F * in[i];
    out[2 * i + 1] = 0.75F * in[i + 1] + 0.25F * in[i + 2];
  }
}

// Samples on the left one of two columns, as MPEG-2 and H.264 have them.
VEDETTE_VECTOR void twice_as_wide_cosited(float* __restrict out, const float* __restrict in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    out[2 * i] = in[i + 1];
    out[2 * i + 1] = 0.5F * in[i + 1] + 0.5F * in[i + 2];
  }
}

VEDETTE_VECTOR void to_rgb(float* __restrict rgb, const float* __restrict y, const float* __restrict u,
                           const float* __restrict v, const float* __restrict matrix, size_t count) {
  float* __restrict const r = rgb;
  float* __restrict const g = rgb + count;
  float* __restrict const b = rgb + 2 * count;
  for (size_t i = 0; i < count; i++) {
    const float luma = matrix[0] * y[i];
    float red = luma + matrix[2] * v[i] + matrix[3];
    float green = luma + matrix[5] * u[i] + matrix[6] * v[i] + matrix[7];
    float blue = luma + matrix[9] * u[i] + matrix[11];
    red = red < 0.0F ? 0.0F : red;
    green = green < 0.0F ? 0.0F : green;
    blue = blue < 0.0F ? 0.0F : blue;
    r[i] = red > 255.0F ? 255.0F : red;
    g[i] = green > 255.0F ? 255.0F : green;
    b[i] = blue > 255.0F ? 255.0F : blue;
  }
}

}  // namespace

RgbRows::RgbRows(const GstVideoInfo& info)
    : yuv_(GST_VIDEO_INFO_IS_YUV(&info)), width_(static_cast<unsigned>(info.width)) {
  const GstVideoFormatInfo* format = info.finfo;
  const auto height = static_cast<unsigned>(info.height);
  const unsigned count = GST_VIDEO_INFO_IS_GRAY(&info) ? 1 : 3;
  for (unsigned i = 0; i < count; i++) {
    const auto w = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_WIDTH(format, i, info.width));
    const auto h = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT(format, i, info.height));
    const bool cosited = (info.chroma_site & GST_VIDEO_CHROMA_SITE_H_COSITED) != 0;
    Component component{static_cast<int>(GST_VIDEO_FORMAT_INFO_PLANE(format, i)),
                        static_cast<int>(GST_VIDEO_FORMAT_INFO_POFFSET(format, i)),
                        GST_VIDEO_FORMAT_INFO_PSTRIDE(format, i),
                        w,
                        cosited,
                        {},
                        {}};
    if (h < height) component.rows = make_taps(h, height, false, 0);
    const unsigned subsampled = GST_VIDEO_FORMAT_INFO_W_SUB(format, i);
    if (subsampled > 1) {
      const double shift = cosited ? (1 - static_cast<double>(w) / width_) / 2 : 0;
      component.columns = make_taps(w, width_, false, shift);
    }
    components_.push_back(component);
  }
  if (yuv_) matrix_ = yuv_to_rgb(info);
  narrow_.resize(size_t{width_} + 2);
  // An odd width makes chroma one column wider than the picture.
  yuv_row_.resize(3 * (size_t{width_} + 1));
}

void RgbRows::begin(const uint8_t* const* planes, const int* strides) {
  for (const Component& component : components_) {
    const auto plane = static_cast<size_t>(component.plane);
    planes_[plane] = planes[plane];
    strides_[plane] = strides[plane];
  }
}

void RgbRows::read_component(const Component& component, unsigned y, float* into) {
  const auto plane = static_cast<size_t>(component.plane);
  const uint8_t* const start = planes_[plane] + component.offset;
  const bool wide = component.width == width_;
  float* const row = wide ? into : narrow_.data() + 1;
  const size_t count = component.width;
  const auto step = static_cast<size_t>(component.step);
  if (component.rows.first.empty()) {
    const uint8_t* const in = start + static_cast<ptrdiff_t>(y) * strides_[plane];
    if (step == 1) {
      widen(row, in, count);
    } else if (step == 2) {
      widen_second(row, in, count);
    } else {
      widen_each(row, in, step, count);
    }
  } else {
    const Taps& taps = component.rows;
    const uint8_t* const a = start + static_cast<ptrdiff_t>(taps.first[y]) * strides_[plane];
    const uint8_t* const b = taps.count > 1 ? a + strides_[plane] : a;
    const float wa = taps.weights[size_t{y} * taps.count];
    const float wb = taps.count > 1 ? taps.weights[size_t{y} * taps.count + 1] : 0;
    if (step == 1) {
      blend(row, a, b, wa, wb, count);
    } else {
      blend_each(row, a, b, wa, wb, step, count);
    }
  }
  if (wide) return;
  row[-1] = row[0];
  row[count] = row[count - 1];
  if (!component.columns.first.empty()) {
    const Taps& taps = component.columns;
    for (unsigned i = 0; i < width_; i++) {
      into[i] = 0;
      for (unsigned k = 0; k < taps.count; k++) into[i] += taps.weights[i * taps.count + k] * row[taps.first[i] + k];
    }
  } else if (component.cosited) {
    twice_as_wide_cosited(into, narrow_.data(), count);
  } else {
    twice_as_wide(into, narrow_.data(), count);
  }
}

void RgbRows::read(unsigned y, float* rgb) {
  const size_t room = size_t{width_} + 1;
  float* const into = yuv_ ? yuv_row_.data() : rgb;
  const size_t apart = yuv_ ? room : width_;
  for (size_t i = 0; i < components_.size(); i++) read_component(components_[i], y, into + i * apart);
  if (yuv_) to_rgb(rgb, &yuv_row_[0], &yuv_row_[room], &yuv_row_[2 * room], matrix_.data(), width_);
}

}  // namespace vedette

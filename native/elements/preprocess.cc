#include "preprocess.h"

#include <algorithm>
#include <cmath>

// Compiled for AVX2 as well where the compiler can choose at load time; AArch64 has its vectors anyway.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define VEDETTE_VECTOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VEDETTE_VECTOR
#endif

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

Taps make_taps(unsigned source, unsigned target, bool smooth, double shift) {
  const double ratio = static_cast<double>(source) / target;
  // A triangle over two samples is bilinear; stretched to the ratio it also averages what bilinear would skip.
  const double reach = smooth ? std::max(ratio, 1.0) : 1.0;
  Taps taps;
  taps.count = std::min<unsigned>(source, static_cast<unsigned>(std::ceil(reach)) * 2);
  for (unsigned i = 0; i < target; i++) {
    const double centre = (i + 0.5) * ratio - 0.5 + shift;
    const double lowest = std::floor(centre - reach) + 1;
    const auto first = static_cast<unsigned>(std::clamp<double>(lowest, 0, source - taps.count));
    taps.first.push_back(first);
    double sum = 0;
    std::vector<double> weights(taps.count, 0);
    // Samples beyond the border count as the border's own.
    for (double k = lowest; k < lowest + 2 * std::ceil(reach); k++) {
      const double weight = std::max(0.0, 1 - std::abs(k - centre) / reach);
      const double at = std::clamp<double>(k, 0, source - 1);
      const auto slot = static_cast<int>(at) - static_cast<int>(first);
      weights[std::clamp<int>(slot, 0, static_cast<int>(taps.count) - 1)] += weight;
      sum += weight;
    }
    for (const double one : weights) taps.weights.push_back(static_cast<float>(one / sum));
  }
  return taps;
}

Taps compose(const Taps& coarse, const Taps& fine, unsigned source) {
  const size_t targets = fine.first.size();
  std::vector<std::vector<float>> sums(targets, std::vector<float>(source, 0));
  std::vector<unsigned> lowest(targets, 0);
  Taps taps{1, {}, {}};
  for (size_t i = 0; i < targets; i++) {
    unsigned low = source - 1;
    unsigned high = 0;
    for (unsigned k = 0; k < fine.count; k++) {
      const size_t at = fine.first[i] + k;
      for (unsigned m = 0; m < coarse.count; m++) {
        const float weight = fine.weights[i * fine.count + k] * coarse.weights[at * coarse.count + m];
        if (weight == 0) continue;
        const unsigned from = coarse.first[at] + m;
        sums[i][from] += weight;
        low = std::min(low, from);
        high = std::max(high, from);
      }
    }
    lowest[i] = low;
    taps.count = std::max(taps.count, high - low + 1);
  }
  // A row of samples at least is read in pairs.
  taps.count = std::max(taps.count, std::min(source, 2U));
  for (size_t i = 0; i < targets; i++) {
    const unsigned first = std::min(lowest[i], source - taps.count);
    taps.first.push_back(first);
    taps.weights.insert(taps.weights.end(), sums[i].begin() + first, sums[i].begin() + first + taps.count);
  }
  return taps;
}

namespace {

// Subsampled components go by way of the picture's full size. `cosited`: on the first of the samples they stand for.
Taps taps_of(unsigned source, unsigned full, unsigned target, bool smooth, bool cosited) {
  Taps direct = make_taps(full, target, smooth, 0);
  if (source == full) return direct;
  const double shift = cosited ? (1 - static_cast<double>(source) / full) / 2 : 0;
  return compose(make_taps(source, full, false, shift), direct, source);
}

VEDETTE_VECTOR void blend_rows(float* out, const uint8_t* a, const uint8_t* b, float wa, float wb, unsigned length) {
  for (unsigned i = 0; i < length; i++) out[i] = wa * static_cast<float>(a[i]) + wb * static_cast<float>(b[i]);
}

VEDETTE_VECTOR void add_row(float* out, const uint8_t* a, float weight, unsigned length) {
  for (unsigned i = 0; i < length; i++) out[i] += weight * static_cast<float>(a[i]);
}

VEDETTE_VECTOR void pick_two(float* out, const float* row, const unsigned* first, const float* weights, unsigned count,
                             int step, int offset) {
  for (unsigned i = 0; i < count; i++) {
    const float* at = row + static_cast<int>(first[i]) * step + offset;
    out[i] = weights[2 * i] * at[0] + weights[2 * i + 1] * at[step];
  }
}

VEDETTE_VECTOR void pick_three(float* out, const float* row, const unsigned* first, const float* weights,
                               unsigned count, int step, int offset) {
  for (unsigned i = 0; i < count; i++) {
    const float* at = row + static_cast<int>(first[i]) * step + offset;
    out[i] = weights[3 * i] * at[0] + weights[3 * i + 1] * at[step] + weights[3 * i + 2] * at[2 * step];
  }
}

void pick_many(float* out, const float* row, const Taps& taps, unsigned count, int step, int offset) {
  for (unsigned i = 0; i < count; i++) {
    const float* at = row + static_cast<int>(taps.first[i]) * step + offset;
    const float* weights = &taps.weights[size_t{i} * taps.count];
    float sum = 0;
    for (unsigned k = 0; k < taps.count; k++) sum += weights[k] * at[static_cast<int>(k) * step];
    out[i] = sum;
  }
}

// out = scale * (clamp(a*x + b*y + c*z + d) - offset)
VEDETTE_VECTOR void mix(float* out, const float* x, const float* y, const float* z, const float* factors, float scale,
                        float offset, unsigned count) {
  const float fx = factors[0];
  const float fy = factors[1];
  const float fz = factors[2];
  const float fd = factors[3];
  for (unsigned i = 0; i < count; i++) {
    float value = fx * x[i] + fy * y[i] + fz * z[i] + fd;
    value = value < 0.0F ? 0.0F : value;
    value = value > 255.0F ? 255.0F : value;
    out[i] = scale * (value - offset);
  }
}

VEDETTE_VECTOR void interleave(float* out, const float* a, const float* b, const float* c, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    out[3 * i] = a[i];
    out[3 * i + 1] = b[i];
    out[3 * i + 2] = c[i];
  }
}

std::array<float, 12> yuv_to_rgb(const GstVideoInfo& info) {
  double kr = 0.299;
  double kb = 0.114;
  gst_video_color_matrix_get_Kr_Kb(info.colorimetry.matrix, &kr, &kb);
  const double kg = 1 - kr - kb;
  const bool full = info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
  const double y = full ? 1.0 : 255.0 / 219.0;
  const double c = full ? 1.0 : 255.0 / 224.0;
  const double black = full ? 0 : 16;
  const std::array<std::array<double, 3>, 3> rows = {{{y, 0, 2 * (1 - kr) * c},
                                                      {y, -2 * (1 - kb) * kb / kg * c, -2 * (1 - kr) * kr / kg * c},
                                                      {y, 2 * (1 - kb) * c, 0}}};
  std::array<float, 12> matrix{};
  for (size_t i = 0; i < 3; i++) {
    for (size_t k = 0; k < 3; k++) matrix[4 * i + k] = static_cast<float>(rows[i][k]);
    matrix[4 * i + 3] = static_cast<float>(-rows[i][0] * black - (rows[i][1] + rows[i][2]) * 128);
  }
  return matrix;
}

}  // namespace

Preprocessor::Preprocessor(const GstVideoInfo& info, const NetworkInput& input) : info_(info), input_(input) {
  const unsigned width = static_cast<unsigned>(info.width);
  const unsigned height = static_cast<unsigned>(info.height);
  placement_ = place(width, height, input);
  const bool yuv = GST_VIDEO_INFO_IS_YUV(&info);
  const unsigned count = GST_VIDEO_INFO_IS_GRAY(&info) ? 1 : 3;
  for (unsigned i = 0; i < count; i++) {
    const GstVideoFormatInfo* format = info.finfo;
    const auto w = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_WIDTH(format, i, info.width));
    const auto h = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT(format, i, info.height));
    // MPEG-2 and H.264 put chroma on the left one of its two luma columns.
    const bool cosited = yuv && i > 0 && w < width && (info.chroma_site & GST_VIDEO_CHROMA_SITE_H_COSITED) != 0;
    components_.push_back({static_cast<int>(GST_VIDEO_FORMAT_INFO_PLANE(format, i)),
                           static_cast<int>(GST_VIDEO_FORMAT_INFO_POFFSET(format, i)),
                           GST_VIDEO_FORMAT_INFO_PSTRIDE(format, i),
                           taps_of(w, width, placement_.width, input.smooth_scaling, cosited),
                           taps_of(h, height, placement_.height, input.smooth_scaling, false)});
    blended_.resize(std::max(blended_.size(), static_cast<size_t>(w) * components_.back().step));
  }
  if (yuv) {
    matrix_ = yuv_to_rgb(info);
  } else {
    matrix_ = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
  }
  if (count == 1) matrix_ = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};
  sampled_.resize(size_t{3} * placement_.width);
  for (auto& row : row_) row.resize(placement_.width);
}

bool Preprocessor::fits(const GstVideoInfo& info) const {
  return info.width == info_.width && info.height == info_.height && info.finfo == info_.finfo &&
         info.chroma_site == info_.chroma_site && gst_video_colorimetry_is_equal(&info.colorimetry, &info_.colorimetry);
}

void Preprocessor::sample_row(const Component& component, const uint8_t* plane, int stride, unsigned y, float* into) {
  const Taps& rows = component.rows;
  const Taps& columns = component.columns;
  const unsigned length = static_cast<unsigned>(blended_.size());
  const auto samples = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_WIDTH(
                           info_.finfo, &component - components_.data(), info_.width)) *
                       static_cast<unsigned>(component.step);
  const unsigned wide = std::min(samples, length);
  const float* weights = &rows.weights[size_t{y} * rows.count];
  const uint8_t* first = plane + static_cast<ptrdiff_t>(rows.first[y]) * stride;
  if (rows.count == 1) {
    blend_rows(blended_.data(), first, first, weights[0], 0, wide);
  } else {
    blend_rows(blended_.data(), first, first + stride, weights[0], weights[1], wide);
  }
  for (unsigned k = 2; k < rows.count; k++)
    if (weights[k] != 0) add_row(blended_.data(), first + static_cast<ptrdiff_t>(k) * stride, weights[k], wide);
  if (columns.count == 2) {
    pick_two(into, blended_.data(), columns.first.data(), columns.weights.data(), placement_.width, component.step,
             component.offset);
  } else if (columns.count == 3) {
    pick_three(into, blended_.data(), columns.first.data(), columns.weights.data(), placement_.width, component.step,
               component.offset);
  } else {
    pick_many(into, blended_.data(), columns, placement_.width, component.step, component.offset);
  }
}

void Preprocessor::convert_row(float* out, unsigned y) {
  const unsigned width = placement_.width;
  const float* x = sampled_.data();
  const float* second = components_.size() > 1 ? x + width : x;
  const float* third = components_.size() > 1 ? x + 2 * width : x;
  const size_t plane = size_t{input_.width} * input_.height;
  const size_t start = size_t{placement_.top + y} * input_.width + placement_.left;
  if (input_.channels == 1) {
    // Luminance of what the colours would be.
    std::array<float, 4> gray{};
    for (size_t k = 0; k < 4; k++) gray[k] = 0.299F * matrix_[k] + 0.587F * matrix_[4 + k] + 0.114F * matrix_[8 + k];
    return mix(out + start, x, second, third, gray.data(), input_.scale, input_.offsets[0], width);
  }
  for (size_t channel = 0; channel < 3; channel++) {
    const size_t from = input_.color == ColorFormat::kBgr ? 2 - channel : channel;
    float* into = input_.order == InputOrder::kNchw ? out + channel * plane + start : row_[channel].data();
    mix(into, x, second, third, &matrix_[4 * from], input_.scale, input_.offsets[channel], width);
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
  for (unsigned y = 0; y < placement_.height; y++) {
    for (size_t i = 0; i < components_.size(); i++) {
      const Component& component = components_[i];
      sample_row(component, planes[component.plane], strides[component.plane], y, &sampled_[i * placement_.width]);
    }
    convert_row(out, y);
  }
}

}  // namespace vedette

#include "column_pairs.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "vectorise.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a pair's left sample is its lower byte");

namespace vedette {
namespace {

constexpr unsigned kNone = std::numeric_limits<unsigned>::max();
// Three chroma samples must be there.
constexpr int kLeastWidth = 6;

constexpr float kNeutral = 128;

inline float sample(uint32_t samples, unsigned k) {
  return static_cast<float>(static_cast<int32_t>((samples >> (8 * k)) & 0xFFU));
}

inline float inside(float level) {
  level = level < 0.0F ? 0.0F : level;
  return level > 255.0F ? 255.0F : level;
}

// What a row of chroma adds to R, G and B of either column of each pair: exactly nothing where there is no colour.
// `weights`: of each of three samples, for the left column and then for the right one.
VEDETTE_VECTOR void tint_pairs(float* __restrict left, float* __restrict right, const uint32_t* __restrict u,
                               const uint32_t* __restrict v, const float* __restrict weights, const YuvMatrix& yuv,
                               size_t count) {
  const YuvMatrix m = yuv;
  for (size_t i = 0; i < count; i++) {
    const float u_first = sample(u[i], 0), u_second = sample(u[i], 1), u_third = sample(u[i], 2);
    const float v_first = sample(v[i], 0), v_second = sample(v[i], 1), v_third = sample(v[i], 2);
    const auto mean = [&](size_t from, float first, float second, float third) {
      return weights[from + i] * first + weights[from + count + i] * second + weights[from + 2 * count + i] * third -
             kNeutral;
    };
    const float u0 = mean(0, u_first, u_second, u_third), u1 = mean(3 * count, u_first, u_second, u_third);
    const float v0 = mean(0, v_first, v_second, v_third), v1 = mean(3 * count, v_first, v_second, v_third);
    left[i] = m[2] * v0;
    left[count + i] = m[5] * u0 + m[6] * v0;
    left[2 * count + i] = m[9] * u0;
    right[i] = m[2] * v1;
    right[count + i] = m[5] * u1 + m[6] * v1;
    right[2 * count + i] = m[9] * u1;
  }
}

// How much of two rows of tint a row of luma takes.
struct Shares {
  float above, below;
};

// Of a level of luma without colour.
struct Brightness {
  float contrast, black;
};

VEDETTE_VECTOR void mix_pairs(float* __restrict rgb, const uint16_t* __restrict luma, const float* __restrict above,
                              const float* __restrict below, const float* __restrict mix, Shares shares,
                              Brightness brightness, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float y0 = brightness.contrast * sample(luma[i], 0) + brightness.black;
    const float y1 = brightness.contrast * sample(luma[i], 1) + brightness.black;
    const auto level = [&](float y, size_t at) {
      return inside(y + shares.above * above[at + i] + shares.below * below[at + i]);
    };
    const float r0 = level(y0, 0), g0 = level(y0, count), b0 = level(y0, 2 * count);
    const float r1 = level(y1, 3 * count), g1 = level(y1, 4 * count), b1 = level(y1, 5 * count);
    rgb[i] = r0 + mix[i] * (r1 - r0);
    rgb[count + i] = g0 + mix[i] * (g1 - g0);
    rgb[2 * count + i] = b0 + mix[i] * (b1 - b0);
  }
}

}  // namespace

bool ColumnPairs::fits(const GstVideoInfo& info, const Taps& columns) {
  const GstVideoFormatInfo* format = info.finfo;
  const bool is_planar = GST_VIDEO_INFO_IS_YUV(&info) && GST_VIDEO_INFO_N_PLANES(&info) == 3 &&
                         GST_VIDEO_FORMAT_INFO_DEPTH(format, 0) == 8;
  return is_planar && GST_VIDEO_FORMAT_INFO_W_SUB(format, 1) == 1 && info.width >= kLeastWidth && columns.count == 2 &&
         columns.first.size() <= static_cast<size_t>(info.width);
}

ColumnPairs::ColumnPairs(const GstVideoInfo& info, const Taps& columns)
    : count_(columns.first.size()),
      luma_plane_(static_cast<size_t>(GST_VIDEO_FORMAT_INFO_PLANE(info.finfo, 0))),
      luma_width_(static_cast<unsigned>(info.width)),
      chroma_width_(static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_WIDTH(info.finfo, 1, info.width))),
      luma_picks_({columns.first.begin(), columns.first.end()}, sizeof(Pair), luma_width_),
      matrix_(yuv_to_rgb(info)),
      luma_(luma_picks_.room() / sizeof(Pair)) {
  const auto chroma_height = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT(info.finfo, 1, info.height));
  const auto height = static_cast<unsigned>(info.height);
  if (chroma_height < height) vertical_ = make_taps(chroma_height, height, false, 0);
  const float shift = (info.chroma_site & GST_VIDEO_CHROMA_SITE_H_COSITED) != 0 ? 0.0F : 0.25F;
  // Where a column lies among the chroma samples; beyond the first and last there are only these.
  const auto position = [&](unsigned column) {
    return std::clamp(static_cast<float>(column) / 2 - shift, 0.0F, static_cast<float>(chroma_width_ - 1));
  };
  weights_.assign(6 * count_, 0);
  std::vector<uint32_t> chroma_at;
  for (size_t i = 0; i < count_; i++) {
    const unsigned x = columns.first[i];
    const unsigned at = std::min(static_cast<unsigned>(position(x)), chroma_width_ - 3);
    for (unsigned column = 0; column < 2; column++) {
      const float there = position(x + column);
      const auto first = std::min(static_cast<size_t>(there) - at, size_t{1});
      const float second = there - static_cast<float>(at + first);
      weights_[(3 * column + first) * count_ + i] = 1 - second;
      weights_[(3 * column + first + 1) * count_ + i] = second;
    }
    chroma_at.push_back(at);
    mix_.push_back(columns.weights[2 * i + 1]);
  }
  chroma_picks_.emplace(std::move(chroma_at), sizeof(Quad), chroma_width_);
  for (size_t i = 0; i < chroma_.size(); i++) {
    chroma_[i] = {static_cast<size_t>(GST_VIDEO_FORMAT_INFO_PLANE(info.finfo, i + 1)),
                  std::vector<Quad>(chroma_picks_->room() / sizeof(Quad))};
  }
  tints_.resize(kHeldTints * kTint * count_);
  held_.fill(kNone);
}

void ColumnPairs::begin(const uint8_t* const* planes, const int* strides) {
  for (size_t plane = 0; plane < 3; plane++) {
    planes_[plane] = planes[plane];
    strides_[plane] = strides[plane];
  }
  held_.fill(kNone);
}

void ColumnPairs::prefetch(unsigned y) const {
  const auto row = [this](size_t plane, unsigned at, size_t bytes) {
    constexpr size_t kCacheLine = 64;
    constexpr int kSecondLevel = 2;
    const uint8_t* const start = planes_[plane] + static_cast<ptrdiff_t>(at) * strides_[plane];
    for (size_t i = 0; i < bytes; i += kCacheLine) __builtin_prefetch(start + i, 0, kSecondLevel);
  };
  row(luma_plane_, y, luma_width_);
  const bool is_single = vertical_.count == 1;
  const unsigned below = vertical_.first.empty() ? y : vertical_.first[y] + (is_single ? 0 : 1);
  for (const Chroma& one : chroma_) row(one.plane, below, chroma_width_);
}

const float* ColumnPairs::tint(unsigned row) {
  const size_t slot = row % kHeldTints;
  float* const tint = &tints_[slot * kTint * count_];
  if (held_[slot] == row) return tint;
  held_[slot] = row;
  for (Chroma& one : chroma_) {
    chroma_picks_->copy(planes_[one.plane] + static_cast<ptrdiff_t>(row) * strides_[one.plane],
                        reinterpret_cast<uint8_t*>(one.quads.data()));
  }
  tint_pairs(tint, tint + 3 * count_, chroma_[0].quads.data(), chroma_[1].quads.data(), weights_.data(), matrix_,
             count_);
  return tint;
}

void ColumnPairs::read(unsigned y, float* rgb) {
  const uint8_t* const luma = planes_[luma_plane_] + static_cast<ptrdiff_t>(y) * strides_[luma_plane_];
  luma_picks_.copy(luma, reinterpret_cast<uint8_t*>(luma_.data()));
  unsigned above = y, below = y;
  Shares shares{1, 0};
  if (!vertical_.first.empty()) {
    const float* const weights = &vertical_.weights[size_t{y} * vertical_.count];
    above = below = vertical_.first[y];
    if (vertical_.count > 1) {
      below++;
      shares = {weights[0], weights[1]};
    }
  }
  mix_pairs(rgb, luma_.data(), tint(above), tint(below), mix_.data(), shares,
            {matrix_[0], matrix_[3] + kNeutral * matrix_[2]}, count_);
}

}  // namespace vedette

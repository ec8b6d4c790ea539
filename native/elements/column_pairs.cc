#include "column_pairs.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "vectorise.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a pair's left sample is its lower byte");

namespace vedette {
namespace {

constexpr unsigned kNone = std::numeric_limits<unsigned>::max();
// Two neighbouring rows of a picture lean on three rows of chroma.
constexpr size_t kHeldRows = 4;

void pick_pairs(uint16_t* __restrict out, const uint8_t* __restrict row, const uint32_t* __restrict at, size_t count) {
  for (size_t i = 0; i < count; i++) std::memcpy(&out[i], row + at[i], sizeof(uint16_t));
}

struct ChromaRows {
  const uint16_t *u_above, *u_below, *v_above, *v_below;
  float above, below;  // weights
};

inline float inside(float level) {
  level = level < 0.0F ? 0.0F : level;
  return level > 255.0F ? 255.0F : level;
}

VEDETTE_VECTOR void mix_pairs(float* __restrict rgb, const uint16_t* __restrict luma, const ChromaRows& chroma,
                              const float* __restrict left, const float* __restrict right, const float* __restrict mix,
                              const YuvMatrix& yuv, size_t count) {
  float* __restrict const red = rgb;
  float* __restrict const green = rgb + count;
  float* __restrict const blue = rgb + 2 * count;
  const uint16_t* __restrict const u_above = chroma.u_above;
  const uint16_t* __restrict const u_below = chroma.u_below;
  const uint16_t* __restrict const v_above = chroma.v_above;
  const uint16_t* __restrict const v_below = chroma.v_below;
  const float above = chroma.above, below = chroma.below;
  const YuvMatrix m = yuv;
  for (size_t i = 0; i < count; i++) {
    const auto low = [](uint16_t pair) { return static_cast<float>(static_cast<int32_t>(pair & 0xFFU)); };
    const auto high = [](uint16_t pair) { return static_cast<float>(static_cast<int32_t>(pair >> 8U)); };
    const float u = above * low(u_above[i]) + below * low(u_below[i]);
    const float u_step = above * high(u_above[i]) + below * high(u_below[i]) - u;
    const float v = above * low(v_above[i]) + below * low(v_below[i]);
    const float v_step = above * high(v_above[i]) + below * high(v_below[i]) - v;
    const float u0 = u + left[i] * u_step, u1 = u + right[i] * u_step;
    const float v0 = v + left[i] * v_step, v1 = v + right[i] * v_step;
    const float y0 = m[0] * low(luma[i]), y1 = m[0] * high(luma[i]);
    const float r0 = inside(y0 + m[2] * v0 + m[3]), r1 = inside(y1 + m[2] * v1 + m[3]);
    const float g0 = inside(y0 + m[5] * u0 + m[6] * v0 + m[7]), g1 = inside(y1 + m[5] * u1 + m[6] * v1 + m[7]);
    const float b0 = inside(y0 + m[9] * u0 + m[11]), b1 = inside(y1 + m[9] * u1 + m[11]);
    red[i] = r0 + mix[i] * (r1 - r0);
    green[i] = g0 + mix[i] * (g1 - g0);
    blue[i] = b0 + mix[i] * (b1 - b0);
  }
}

}  // namespace

bool ColumnPairs::fits(const GstVideoInfo& info, const Taps& columns) {
  const GstVideoFormatInfo* format = info.finfo;
  const bool is_planar = GST_VIDEO_INFO_IS_YUV(&info) && GST_VIDEO_INFO_N_PLANES(&info) == 3 &&
                         GST_VIDEO_FORMAT_INFO_DEPTH(format, 0) == 8;
  return is_planar && GST_VIDEO_FORMAT_INFO_W_SUB(format, 1) == 1 &&
         (info.chroma_site & GST_VIDEO_CHROMA_SITE_H_COSITED) != 0 && info.width >= 4 && columns.count == 2 &&
         columns.first.size() <= static_cast<size_t>(info.width);
}

ColumnPairs::ColumnPairs(const GstVideoInfo& info, const Taps& columns)
    : count_(columns.first.size()),
      luma_plane_(static_cast<size_t>(GST_VIDEO_FORMAT_INFO_PLANE(info.finfo, 0))),
      luma_at_(columns.first.begin(), columns.first.end()),
      matrix_(yuv_to_rgb(info)),
      luma_(count_) {
  const auto chroma_width = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_WIDTH(info.finfo, 1, info.width));
  const auto chroma_height = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT(info.finfo, 1, info.height));
  const auto height = static_cast<unsigned>(info.height);
  if (chroma_height < height) vertical_ = make_taps(chroma_height, height, false, 0);
  for (size_t i = 0; i < count_; i++) {
    const unsigned x = columns.first[i];
    const unsigned at = std::min(x / 2, chroma_width - 2);
    // Beyond the last sample there is only that one.
    const auto between = [&](unsigned column) {
      return std::min(static_cast<float>(column) / 2, static_cast<float>(chroma_width - 1)) - static_cast<float>(at);
    };
    chroma_at_.push_back(at);
    left_.push_back(between(x));
    right_.push_back(between(x + 1));
    mix_.push_back(columns.weights[2 * i + 1]);
  }
  for (size_t i = 0; i < chroma_.size(); i++) {
    chroma_[i] = {static_cast<size_t>(GST_VIDEO_FORMAT_INFO_PLANE(info.finfo, i + 1)),
                  std::vector<Pair>(kHeldRows * count_), std::vector<unsigned>(kHeldRows, kNone)};
  }
}

void ColumnPairs::begin(const uint8_t* const* planes, const int* strides) {
  for (size_t plane = 0; plane < 3; plane++) {
    planes_[plane] = planes[plane];
    strides_[plane] = strides[plane];
  }
  for (Chroma& chroma : chroma_) std::fill(chroma.held.begin(), chroma.held.end(), kNone);
}

const ColumnPairs::Pair* ColumnPairs::pick(Chroma& chroma, unsigned row) {
  const size_t slot = row % kHeldRows;
  Pair* const pairs = &chroma.rows[slot * count_];
  if (chroma.held[slot] == row) return pairs;
  chroma.held[slot] = row;
  const uint8_t* const start = planes_[chroma.plane] + static_cast<ptrdiff_t>(row) * strides_[chroma.plane];
  pick_pairs(pairs, start, chroma_at_.data(), count_);
  return pairs;
}

void ColumnPairs::read(unsigned y, float* rgb) {
  const uint8_t* const luma = planes_[luma_plane_] + static_cast<ptrdiff_t>(y) * strides_[luma_plane_];
  pick_pairs(luma_.data(), luma, luma_at_.data(), count_);
  ChromaRows rows{};
  if (vertical_.first.empty()) {
    rows = {pick(chroma_[0], y), nullptr, pick(chroma_[1], y), nullptr, 1, 0};
    rows.u_below = rows.u_above;
    rows.v_below = rows.v_above;
  } else {
    const unsigned above = vertical_.first[y];
    const unsigned below = vertical_.count > 1 ? above + 1 : above;
    const float* const weights = &vertical_.weights[size_t{y} * vertical_.count];
    rows = {pick(chroma_[0], above),
            pick(chroma_[0], below),
            pick(chroma_[1], above),
            pick(chroma_[1], below),
            weights[0],
            vertical_.count > 1 ? weights[1] : 0};
  }
  mix_pairs(rgb, luma_.data(), rows, left_.data(), right_.data(), mix_.data(), matrix_, count_);
}

}  // namespace vedette

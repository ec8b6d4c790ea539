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
// Three chroma samples must be there.
constexpr int kLeastWidth = 6;

// Samples that lie where `at` says, so many bytes of each.
template <typename Samples>
void pick_samples(Samples* __restrict out, const uint8_t* __restrict row, const uint32_t* __restrict at, size_t count) {
  for (size_t i = 0; i < count; i++) std::memcpy(&out[i], row + at[i], sizeof(Samples));
}

struct ChromaRows {
  const uint32_t *u_above, *u_below, *v_above, *v_below;
  float above, below;  // weights
};

// Of each of three samples, for one column of the pair.
struct ChromaWeights {
  const float *first, *second, *third;
};

inline float inside(float level) {
  level = level < 0.0F ? 0.0F : level;
  return level > 255.0F ? 255.0F : level;
}

VEDETTE_VECTOR void mix_pairs(float* __restrict rgb, const uint16_t* __restrict luma, const ChromaRows& chroma,
                              const ChromaWeights& left, const ChromaWeights& right, const float* __restrict mix,
                              const YuvMatrix& yuv, size_t count) {
  float* __restrict const red = rgb;
  float* __restrict const green = rgb + count;
  float* __restrict const blue = rgb + 2 * count;
  const ChromaRows rows = chroma;
  const ChromaWeights l = left, r = right;
  const YuvMatrix m = yuv;
  for (size_t i = 0; i < count; i++) {
    const auto sample = [](uint32_t samples, unsigned k) {
      return static_cast<float>(static_cast<int32_t>((samples >> (8 * k)) & 0xFFU));
    };
    const auto blended = [&](uint32_t above, uint32_t below, unsigned k) {
      return rows.above * sample(above, k) + rows.below * sample(below, k);
    };
    const uint32_t ua = rows.u_above[i], ub = rows.u_below[i], va = rows.v_above[i], vb = rows.v_below[i];
    const float u_first = blended(ua, ub, 0), u_second = blended(ua, ub, 1), u_third = blended(ua, ub, 2);
    const float v_first = blended(va, vb, 0), v_second = blended(va, vb, 1), v_third = blended(va, vb, 2);
    const float u0 = l.first[i] * u_first + l.second[i] * u_second + l.third[i] * u_third;
    const float u1 = r.first[i] * u_first + r.second[i] * u_second + r.third[i] * u_third;
    const float v0 = l.first[i] * v_first + l.second[i] * v_second + l.third[i] * v_third;
    const float v1 = r.first[i] * v_first + r.second[i] * v_second + r.third[i] * v_third;
    const float y0 = m[0] * sample(luma[i], 0), y1 = m[0] * sample(luma[i], 1);
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
  return is_planar && GST_VIDEO_FORMAT_INFO_W_SUB(format, 1) == 1 && info.width >= kLeastWidth && columns.count == 2 &&
         columns.first.size() <= static_cast<size_t>(info.width);
}

ColumnPairs::ColumnPairs(const GstVideoInfo& info, const Taps& columns)
    : count_(columns.first.size()),
      luma_plane_(static_cast<size_t>(GST_VIDEO_FORMAT_INFO_PLANE(info.finfo, 0))),
      luma_at_(columns.first.begin(), columns.first.end()),
      chroma_width_(static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_WIDTH(info.finfo, 1, info.width))),
      matrix_(yuv_to_rgb(info)),
      luma_(count_) {
  const auto chroma_height = static_cast<unsigned>(GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT(info.finfo, 1, info.height));
  const auto height = static_cast<unsigned>(info.height);
  if (chroma_height < height) vertical_ = make_taps(chroma_height, height, false, 0);
  const float shift = (info.chroma_site & GST_VIDEO_CHROMA_SITE_H_COSITED) != 0 ? 0.0F : 0.25F;
  // Where a column lies among the chroma samples; beyond the first and last there are only these.
  const auto position = [&](unsigned column) {
    return std::clamp(static_cast<float>(column) / 2 - shift, 0.0F, static_cast<float>(chroma_width_ - 1));
  };
  for (auto* weights : {&left_, &right_})
    for (auto& one : *weights) one.assign(count_, 0);
  for (size_t i = 0; i < count_; i++) {
    const unsigned x = columns.first[i];
    const unsigned at = std::min(static_cast<unsigned>(position(x)), chroma_width_ - 3);
    const auto weigh = [&](std::array<std::vector<float>, 3>& weights, float there) {
      const auto first = std::min(static_cast<size_t>(there) - at, size_t{1});
      const float second = there - static_cast<float>(at + first);
      weights[first][i] = 1 - second;
      weights[first + 1][i] = second;
    };
    weigh(left_, position(x));
    weigh(right_, position(x + 1));
    chroma_at_.push_back(at);
    mix_.push_back(columns.weights[2 * i + 1]);
  }
  const auto is_whole = [&](uint32_t at) { return at + sizeof(Quad) <= chroma_width_; };
  whole_ = static_cast<size_t>(std::count_if(chroma_at_.begin(), chroma_at_.end(), is_whole));
  for (size_t i = 0; i < chroma_.size(); i++) {
    chroma_[i] = {static_cast<size_t>(GST_VIDEO_FORMAT_INFO_PLANE(info.finfo, i + 1)),
                  std::vector<Quad>(kHeldRows * count_), std::vector<unsigned>(kHeldRows, kNone)};
  }
}

void ColumnPairs::begin(const uint8_t* const* planes, const int* strides) {
  for (size_t plane = 0; plane < 3; plane++) {
    planes_[plane] = planes[plane];
    strides_[plane] = strides[plane];
  }
  for (Chroma& chroma : chroma_) std::fill(chroma.held.begin(), chroma.held.end(), kNone);
}

const ColumnPairs::Quad* ColumnPairs::pick(Chroma& chroma, unsigned row) {
  const size_t slot = row % kHeldRows;
  Quad* const quads = &chroma.rows[slot * count_];
  if (chroma.held[slot] == row) return quads;
  chroma.held[slot] = row;
  const uint8_t* const start = planes_[chroma.plane] + static_cast<ptrdiff_t>(row) * strides_[chroma.plane];
  pick_samples(quads, start, chroma_at_.data(), whole_);
  for (size_t i = whole_; i < count_; i++) {
    quads[i] = 0;
    std::memcpy(&quads[i], start + chroma_at_[i], chroma_width_ - chroma_at_[i]);
  }
  return quads;
}

void ColumnPairs::read(unsigned y, float* rgb) {
  const uint8_t* const luma = planes_[luma_plane_] + static_cast<ptrdiff_t>(y) * strides_[luma_plane_];
  pick_samples(luma_.data(), luma, luma_at_.data(), count_);
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
  const auto weights = [](const std::array<std::vector<float>, 3>& of) {
    return ChromaWeights{of[0].data(), of[1].data(), of[2].data()};
  };
  mix_pairs(rgb, luma_.data(), rows, weights(left_), weights(right_), mix_.data(), matrix_, count_);
}

}  // namespace vedette

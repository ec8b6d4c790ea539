// Scaling, colours, letterbox and normalisation, against values worked out by hand and a slow, obvious reference.
#include "elements/preprocess.h"

#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include "elements/picks.h"
#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

GstVideoInfo info_of(GstVideoFormat format, unsigned width, unsigned height, const char* colorimetry = nullptr) {
  GstVideoInfo info;
  gst_video_info_init(&info);
  gst_video_info_set_format(&info, format, width, height);
  if (colorimetry) gst_video_colorimetry_from_string(&info.colorimetry, colorimetry);
  return info;
}

NetworkInput plain(unsigned width, unsigned height) {
  return {width, height, 3, InputOrder::kNchw, ColorFormat::kRgb, 1, {0, 0, 0}, false, false, false};
}

struct Picture {
  GstVideoInfo info;
  std::vector<uint8_t> data;
  std::vector<float> run(const NetworkInput& input) {
    std::vector<float> out(size_t{input.width} * input.height * input.channels, -999);
    Preprocessor preprocessor(info, input);
    const uint8_t* planes[4] = {};
    int strides[4] = {};
    for (unsigned i = 0; i < GST_VIDEO_INFO_N_PLANES(&info); i++) {
      planes[i] = data.data() + GST_VIDEO_INFO_PLANE_OFFSET(&info, i);
      strides[i] = GST_VIDEO_INFO_PLANE_STRIDE(&info, i);
    }
    preprocessor.run(planes, strides, out.data());
    return out;
  }
};

Picture blank(GstVideoFormat format, unsigned width, unsigned height, const char* colorimetry = nullptr) {
  Picture picture{info_of(format, width, height, colorimetry), {}};
  picture.data.resize(GST_VIDEO_INFO_SIZE(&picture.info));
  return picture;
}

void identity() {
  Picture picture = blank(GST_VIDEO_FORMAT_RGB, 4, 2);
  for (size_t i = 0; i < 12; i++) {
    picture.data[i] = static_cast<uint8_t>(i * 10);
    picture.data[picture.info.stride[0] + i] = static_cast<uint8_t>(i * 10 + 5);
  }
  const std::vector<float> out = picture.run(plain(4, 2));
  for (size_t x = 0; x < 4; x++) {
    for (size_t c = 0; c < 3; c++) {
      CHECK_NEAR(out[c * 8 + x], static_cast<double>((3 * x + c) * 10), 1e-4);
      CHECK_NEAR(out[c * 8 + 4 + x], static_cast<double>((3 * x + c) * 10 + 5), 1e-4);
    }
  }
  NetworkInput nhwc = plain(4, 2);
  nhwc.order = InputOrder::kNhwc;
  nhwc.color = ColorFormat::kBgr;
  nhwc.scale = 0.5F;
  nhwc.offsets = {1, 2, 3};
  const std::vector<float> swapped = picture.run(nhwc);
  CHECK_NEAR(swapped[0], (20 - 1) * 0.5, 1e-4);  // blue first, with the first offset
  CHECK_NEAR(swapped[1], (10 - 2) * 0.5, 1e-4);
  CHECK_NEAR(swapped[2], (0 - 3) * 0.5, 1e-4);
}

void halves() {
  // Two pixels into one: bilinear at the centre is their mean.
  Picture picture = blank(GST_VIDEO_FORMAT_GRAY8, 4, 2);
  const uint8_t top[] = {0, 100, 200, 40};
  const uint8_t bottom[] = {50, 50, 0, 0};
  std::copy(top, top + 4, picture.data.begin());
  std::copy(bottom, bottom + 4, picture.data.begin() + picture.info.stride[0]);
  const std::vector<float> out = picture.run(plain(2, 1));
  CHECK_NEAR(out[0], 50, 1e-3);
  CHECK_NEAR(out[1], 60, 1e-3);
  CHECK_NEAR(out[2 + 1], 60, 1e-3);
}

void colours() {
  // BT.601 red, limited range: Y 81, Cb 90, Cr 240.
  for (const GstVideoFormat format : {GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12}) {
    Picture picture = blank(format, 8, 8, "bt601");
    for (size_t i = 0; i < GST_VIDEO_INFO_PLANE_OFFSET(&picture.info, 1); i++) picture.data[i] = 81;
    const size_t chroma = GST_VIDEO_INFO_PLANE_OFFSET(&picture.info, 1);
    for (size_t i = chroma; i < picture.data.size(); i++) {
      const bool second =
          format == GST_VIDEO_FORMAT_NV12 ? (i - chroma) % 2 == 1 : i >= GST_VIDEO_INFO_PLANE_OFFSET(&picture.info, 2);
      picture.data[i] = second ? 240 : 90;
    }
    const std::vector<float> out = picture.run(plain(5, 3));
    CHECK_NEAR(out[7], 255, 1.5);
    CHECK_NEAR(out[15 + 7], 0, 1.5);
    CHECK_NEAR(out[30 + 7], 0, 1.5);
  }
  Picture full = blank(GST_VIDEO_FORMAT_I420, 4, 4, "1:4:7:1");  // JPEG: 0…255
  std::fill(full.data.begin(), full.data.end(), 128);
  full.data[0] = 255;
  CHECK_NEAR(full.run(plain(4, 4))[0], 255, 0.01);
  CHECK_NEAR(full.run(plain(4, 4))[5], 128, 0.01);
}

void letterbox() {
  NetworkInput input = plain(10, 10);
  input.keep_aspect = true;
  input.scale = 2;
  input.offsets = {3, 3, 3};
  Picture picture = blank(GST_VIDEO_FORMAT_RGB, 20, 10);
  std::fill(picture.data.begin(), picture.data.end(), 50);
  std::vector<float> out = picture.run(input);
  CHECK_NEAR(out[0], 94, 1e-3);
  CHECK_NEAR(out[4 * 10 + 9], 94, 1e-3);
  CHECK_NEAR(out[5 * 10], -6, 1e-3);  // black beneath, normalised like any black
  CHECK_NEAR(out[299], -6, 1e-3);
  input.symmetric_padding = true;
  out = picture.run(input);
  CHECK_NEAR(out[10], -6, 1e-3);
  CHECK_NEAR(out[20], 94, 1e-3);
  CHECK_NEAR(out[6 * 10 + 5], 94, 1e-3);
  CHECK_NEAR(out[7 * 10], -6, 1e-3);
}

// Sampling as it is written down in textbooks.
float reference(const Picture& picture, unsigned x, unsigned y, unsigned c, unsigned width, unsigned height) {
  const double sx = std::clamp((x + 0.5) * picture.info.width / width - 0.5, 0.0, picture.info.width - 1.0);
  const double sy = std::clamp((y + 0.5) * picture.info.height / height - 0.5, 0.0, picture.info.height - 1.0);
  const auto x0 = static_cast<int>(sx);
  const auto y0 = static_cast<int>(sy);
  const auto at = [&](int px, int py) -> double {
    px = std::min(px, picture.info.width - 1);
    py = std::min(py, picture.info.height - 1);
    return picture.data[static_cast<size_t>(py) * picture.info.stride[0] + 3 * px + c];
  };
  const double fx = sx - x0;
  const double fy = sy - y0;
  return static_cast<float>((at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx) * (1 - fy) +
                            (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy);
}

void like_the_textbook() {
  Picture picture = blank(GST_VIDEO_FORMAT_RGB, 97, 61);
  uint32_t seed = 1;
  for (uint8_t& one : picture.data) one = static_cast<uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
  for (const auto& size : {std::pair<unsigned, unsigned>{31, 29}, {97, 61}, {200, 90}, {96, 2}}) {
    const std::vector<float> out = picture.run(plain(size.first, size.second));
    double worst = 0;
    for (unsigned c = 0; c < 3; c++) {
      for (unsigned y = 0; y < size.second; y++) {
        for (unsigned x = 0; x < size.first; x++) {
          const float found = out[(size_t{c} * size.second + y) * size.first + x];
          worst = std::max(worst,
                           std::abs(static_cast<double>(found - reference(picture, x, y, c, size.first, size.second))));
        }
      }
    }
    CHECK_NEAR(worst, 0, 0.01);
  }
}

void burnt_out() {
  // Whiter than white beside black: the network sees the mean of white and black, not of what no screen can show.
  Picture picture = blank(GST_VIDEO_FORMAT_I420, 2, 2, "bt601");
  std::fill(picture.data.begin(), picture.data.end(), 128);
  for (int y = 0; y < 2; y++) {
    picture.data[y * picture.info.stride[0]] = 255;
    picture.data[y * picture.info.stride[0] + 1] = 16;
  }
  for (const float level : picture.run(plain(1, 1))) CHECK_NEAR(level, 127.5, 0.01);
}

// Chroma at half size, as if it had been brought to luma's size first. Gray luma and mild chroma: nothing is clamped.
void chroma_by_full_size() {
  for (const char* site : {"jpeg", "mpeg2"}) {
    Picture picture = blank(GST_VIDEO_FORMAT_I420, 52, 38, "1:4:7:1");
    picture.info.chroma_site = gst_video_chroma_from_string(site);
    std::fill(picture.data.begin(), picture.data.end(), 128);
    uint8_t* cr = &picture.data[GST_VIDEO_INFO_PLANE_OFFSET(&picture.info, 2)];
    const int stride = GST_VIDEO_INFO_PLANE_STRIDE(&picture.info, 2);
    uint32_t seed = 1;
    for (int i = 0; i < 19 * stride; i++)
      cr[i] = static_cast<uint8_t>(96 + ((seed = seed * 1664525 + 1013904223) >> 26));
    Picture full = blank(GST_VIDEO_FORMAT_RGB, 52, 38);  // red holds the enlarged Cr
    for (int y = 0; y < 38; y++) {
      for (int x = 0; x < 52; x++) {
        const double sx = std::clamp(site[0] == 'j' ? (x + 0.5) / 2 - 0.5 : x / 2.0, 0.0, 25.0);
        const double sy = std::clamp((y + 0.5) / 2 - 0.5, 0.0, 18.0);
        const int x0 = static_cast<int>(sx), x1 = std::min(x0 + 1, 25), y0 = static_cast<int>(sy);
        const int y1 = std::min(y0 + 1, 18);
        const auto row = [&](int at) {
          return cr[at * stride + x0] * (1 - sx + x0) + cr[at * stride + x1] * (sx - x0);
        };
        const double red = 128 + 1.402 * (row(y0) * (1 - sy + y0) + row(y1) * (sy - y0) - 128);
        full.data[static_cast<size_t>(y) * full.info.stride[0] + 3 * x] = static_cast<uint8_t>(std::lround(red));
      }
    }
    const std::vector<float> found = picture.run(plain(31, 29));
    const std::vector<float> expected = full.run(plain(31, 29));
    for (size_t i = 0; i < size_t{31} * 29; i++) CHECK_NEAR(found[i], expected[i], 0.51);  // bytes' rounding
  }
}

// Out of rows of every length, with runs that end beyond them.
void picked_runs() {
  for (size_t row_bytes = 3; row_bytes < 90; row_bytes++) {
    std::vector<uint8_t> row(row_bytes);
    uint32_t seed = static_cast<uint32_t>(row_bytes);
    const auto random = [&] { return (seed = seed * 1664525 + 1013904223) >> 24; };
    for (uint8_t& one : row) one = static_cast<uint8_t>(1 + random() % 255);
    for (const size_t run_bytes : {size_t{2}, size_t{4}}) {
      std::vector<uint32_t> at;
      for (uint32_t next = random() % 3; next < row_bytes; next += random() % 6) at.push_back(next);
      const Picks picks(at, run_bytes, row_bytes);
      std::vector<uint8_t> expected, shuffled(picks.room()), plain(picks.room());
      for (const uint32_t start : at)
        for (size_t k = start; k < start + run_bytes; k++) expected.push_back(k < row_bytes ? row[k] : 0);
      picks.copy(row.data(), shuffled.data());
      picks.copy_plainly(row.data(), plain.data());
      CHECK(std::equal(expected.begin(), expected.end(), shuffled.begin()));
      CHECK(std::equal(expected.begin(), expected.end(), plain.begin()));
    }
  }
}

// I420 goes the short way of column_pairs.h, NV12 the long one: the same samples must give the same levels.
void short_and_long_way() {
  struct Size {
    unsigned width, height, to_width, to_height;
  };
  constexpr std::array<Size, 6> kSizes = {
      {{97, 61, 31, 29}, {96, 60, 96, 60}, {250, 8, 3, 5}, {5, 5, 4, 4}, {7, 6, 6, 6}, {640, 360, 416, 416}}};
  for (size_t i = 0; i < 2 * kSizes.size(); i++) {
    const Size& size = kSizes[i / 2];
    Picture planar = blank(GST_VIDEO_FORMAT_I420, size.width, size.height, "bt709");
    Picture interleaved = blank(GST_VIDEO_FORMAT_NV12, size.width, size.height, "bt709");
    uint32_t seed = size.width;
    for (uint8_t& one : planar.data) one = static_cast<uint8_t>((seed = seed * 1664525 + 1013904223) >> 24);
    const GstVideoChromaSite site = i % 2 == 0 ? GST_VIDEO_CHROMA_SITE_MPEG2 : GST_VIDEO_CHROMA_SITE_JPEG;
    for (Picture* picture : {&planar, &interleaved}) picture->info.chroma_site = site;
    for (unsigned y = 0; y < size.height; y++)
      std::copy_n(&planar.data[size_t{y} * planar.info.stride[0]], size.width,
                  &interleaved.data[size_t{y} * interleaved.info.stride[0]]);
    for (unsigned y = 0; y < (size.height + 1) / 2; y++) {
      for (unsigned x = 0; x < (size.width + 1) / 2; x++) {
        for (unsigned c = 0; c < 2; c++)
          interleaved.data[interleaved.info.offset[1] + size_t{y} * interleaved.info.stride[1] + 2 * x + c] =
              planar.data[planar.info.offset[c + 1] + size_t{y} * planar.info.stride[c + 1] + x];
      }
    }
    const std::vector<float> one = planar.run(plain(size.to_width, size.to_height));
    const std::vector<float> other = interleaved.run(plain(size.to_width, size.to_height));
    double worst = 0;
    for (size_t k = 0; k < one.size(); k++) worst = std::max(worst, std::abs(static_cast<double>(one[k] - other[k])));
    CHECK_NEAR(worst, 0, 0.001);
  }
}

void smooth() {
  // Every fourth column is white: super sampling sees a quarter everywhere, bilinear may miss it.
  Picture picture = blank(GST_VIDEO_FORMAT_GRAY8, 64, 4);
  for (size_t y = 0; y < 4; y++) {
    for (size_t x = 0; x < 64; x += 4) picture.data[y * picture.info.stride[0] + x] = 200;
  }
  NetworkInput input = plain(8, 1);
  input.smooth_scaling = true;
  const std::vector<float> out = picture.run(input);
  for (size_t x = 1; x < 7; x++) CHECK_NEAR(out[x], 50, 1);
}

// The best of many: what it takes when nobody else is at work.
void time_of(unsigned width, unsigned height, unsigned side) {
  Picture picture = blank(GST_VIDEO_FORMAT_I420, width, height, "bt709");
  Preprocessor preprocessor(picture.info, plain(side, side));
  const uint8_t* planes[4] = {};
  int strides[4] = {};
  for (unsigned i = 0; i < 3; i++) {
    planes[i] = picture.data.data() + GST_VIDEO_INFO_PLANE_OFFSET(&picture.info, i);
    strides[i] = GST_VIDEO_INFO_PLANE_STRIDE(&picture.info, i);
  }
  std::vector<float> out(size_t{3} * side * side);
  double best = 1e9;
  for (int i = 0; i < 50; i++) {
    const auto before = std::chrono::steady_clock::now();
    preprocessor.run(planes, strides, out.data());
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count());
  }
  std::printf("    %ux%u I420 to %ux%u: %.3f ms\n", width, height, side, side, best);
  CHECK(best < 1000);  // a figure for the eye; only a gross mistake fails
}

void fast() {
  time_of(768, 432, 300);
  time_of(1920, 1080, 416);
}

}  // namespace

int main() {
  return check::run_all({
      {"a picture of the right size passes through in every order", identity},
      {"half the size is the mean of neighbours", halves},
      {"planar and semi-planar YUV become the right RGB", colours},
      {"letterboxing keeps the aspect and pads with black", letterbox},
      {"scaling is bilinear as in the textbook", like_the_textbook},
      {"pixels are kept inside the range before they are mixed", burnt_out},
      {"subsampled chroma is scaled as from the picture's full size", chroma_by_full_size},
      {"runs of samples are picked the same by shuffling and one by one", picked_runs},
      {"picking pairs of columns gives what the whole row gives", short_and_long_way},
      {"scaling-filter 3 averages what bilinear would skip", smooth},
      {"preparing a picture takes a millisecond or so", fast},
  });
}

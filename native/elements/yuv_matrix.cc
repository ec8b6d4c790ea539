#include "yuv_matrix.h"

namespace vedette {

YuvMatrix yuv_to_rgb(const GstVideoInfo& info) {
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
  YuvMatrix matrix{};
  for (size_t i = 0; i < 3; i++) {
    for (size_t k = 0; k < 3; k++) matrix[4 * i + k] = static_cast<float>(rows[i][k]);
    matrix[4 * i + 3] = static_cast<float>(-rows[i][0] * black - (rows[i][1] + rows[i][2]) * 128);
  }
  return matrix;
}

}  // namespace vedette

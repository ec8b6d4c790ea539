#include "crop.h"

#include <algorithm>
#include <cmath>

#include "ort_session.h"

namespace vedette {
namespace {

struct Span {
  unsigned first, count;
};

Span even_span(float from, float length, unsigned most) {
  const auto limit = static_cast<float>(most);
  const auto first = static_cast<unsigned>(std::clamp(std::floor(from), 0.0F, limit - 1)) & ~1U;
  const auto last = static_cast<unsigned>(std::clamp(std::ceil(from + length), 1.0F, limit));
  return {first, std::min((std::max(last, first + 1) - first + 1) & ~1U, most - first)};
}

// The first byte of the crop in each plane.
void find_planes(const GstVideoFrame& frame, const Crop& crop, const uint8_t** planes, int* strides) {
  const GstVideoFormatInfo* format = frame.info.finfo;
  for (unsigned component = GST_VIDEO_FORMAT_INFO_N_COMPONENTS(format); component-- > 0;) {
    // Counting down: of a plane's components, the first is the one whose offset into the pixel is left out.
    const unsigned plane = GST_VIDEO_FORMAT_INFO_PLANE(format, component);
    strides[plane] = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane);
    const ptrdiff_t x = static_cast<ptrdiff_t>(crop.left >> GST_VIDEO_FORMAT_INFO_W_SUB(format, component)) *
                        GST_VIDEO_FORMAT_INFO_PSTRIDE(format, component);
    const ptrdiff_t y =
        static_cast<ptrdiff_t>(crop.top >> GST_VIDEO_FORMAT_INFO_H_SUB(format, component)) * strides[plane];
    planes[plane] = static_cast<const uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane)) + y + x;
  }
}

}  // namespace

Crop crop_of(const SourceFrame& picture, const meta::Box& box) {
  const Span x = even_span(box.left, box.width, static_cast<unsigned>(picture.info.width));
  const Span y = even_span(box.top, box.height, static_cast<unsigned>(picture.info.height));
  return {&picture, x.first, y.first, x.count, y.count};
}

void prepare_crop(const Crop& crop, const NetworkInput& network, float* out) {
  const SourceFrame& picture = *crop.picture;
  GstVideoFrame frame;
  if (!gst_video_frame_map(&frame, &picture.info, picture.buffer.get(), GST_MAP_READ)) {
    throw ModelError("a picture of " + std::to_string(picture.info.width) + "x" + std::to_string(picture.info.height) +
                     " cannot be read: its buffer is smaller than its format says");
  }
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_INFO_FORMAT(&picture.info), crop.width, crop.height);
  info.colorimetry = picture.info.colorimetry;
  info.chroma_site = picture.info.chroma_site;
  const uint8_t* planes[GST_VIDEO_MAX_PLANES] = {};
  int strides[GST_VIDEO_MAX_PLANES] = {};
  find_planes(frame, crop, planes, strides);
  Preprocessor(info, network).run(planes, strides, out);
  gst_video_frame_unmap(&frame);
}

}  // namespace vedette

#include "frame_feed.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include "family.h"
#include "test_pattern.h"

namespace vedette {
namespace {

constexpr guint64 kFramesWaiting = 4;

struct PatternFeed {
  explicit PatternFeed(const TestInput& input)
      : pattern(input.width, input.height, input.shapes, input.seed), fps(input.fps) {
    gst_video_info_set_format(&info, GST_VIDEO_FORMAT_I420, input.width, input.height);
  }

  void push_next(GstAppSrc* feed) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
    GstVideoFrame picture;
    if (gst_video_frame_map(&picture, &info, buffer, GST_MAP_WRITE)) {
      auto plane = [&](int i) { return static_cast<uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&picture, i)); };
      auto stride = [&](int i) { return GST_VIDEO_FRAME_PLANE_STRIDE(&picture, i); };
      pattern.draw(frame, {plane(0), plane(1), plane(2), stride(0), stride(1), stride(2)});
      gst_video_frame_unmap(&picture);
    }
    GST_BUFFER_PTS(buffer) = gst_util_uint64_scale(frame, GST_SECOND, fps);
    GST_BUFFER_DURATION(buffer) = gst_util_uint64_scale(frame + 1, GST_SECOND, fps) - GST_BUFFER_PTS(buffer);
    frame++;
    gst_app_src_push_buffer(feed, buffer);
  }

  TestPattern pattern;
  uint32_t fps;
  GstVideoInfo info;
  uint64_t frame = 0;
};

GstElement* make_feed(const GstVideoInfo& info, guint64 frames) {
  GstElement* feed = make("appsrc", "feed");
  CapsPtr caps(gst_video_info_to_caps(const_cast<GstVideoInfo*>(&info)));
  g_object_set(feed, "format", GST_FORMAT_TIME, "caps", caps.get(), "max-bytes", frames * GST_VIDEO_INFO_SIZE(&info),
               "block", FALSE, "emit-signals", FALSE, nullptr);
  return feed;
}

GstVideoInfo info_of(const PushInput& input) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, gst_video_format_from_string(input.format.c_str()), input.width, input.height);
  return info;
}

struct Rows {
  size_t bytes;  // in one row, without padding
  size_t count;
};

Rows rows_of(const GstVideoInfo& info, guint plane) {
  // The component that lies first in the plane; NV12's second plane holds U and V pairs (pixel stride 2).
  guint component = plane;
  return {static_cast<size_t>(GST_VIDEO_INFO_COMP_WIDTH(&info, component)) *
              static_cast<size_t>(GST_VIDEO_INFO_COMP_PSTRIDE(&info, component)),
          static_cast<size_t>(GST_VIDEO_INFO_COMP_HEIGHT(&info, component))};
}

}  // namespace

GstElement* make_test_feed(const TestInput& input) {
  auto pattern = std::make_unique<PatternFeed>(input);
  GstVideoInfo info = pattern->info;
  GST_VIDEO_INFO_FPS_N(&info) = static_cast<gint>(input.fps);
  GST_VIDEO_INFO_FPS_D(&info) = 1;
  GstElement* feed = make_feed(info, 1);
  GstAppSrcCallbacks callbacks{};
  callbacks.need_data = [](GstAppSrc* source, guint, gpointer data) {
    static_cast<PatternFeed*>(data)->push_next(source);
  };
  gst_app_src_set_callbacks(GST_APP_SRC(feed), &callbacks, pattern.release(),
                            [](gpointer data) { std::unique_ptr<PatternFeed>(static_cast<PatternFeed*>(data)); });
  return feed;
}

GstElement* make_push_feed(const PushInput& input) {
  GstVideoInfo info = info_of(input);
  return make_feed(info, kFramesWaiting);
}

size_t push_frame_bytes(const PushInput& input) {
  GstVideoInfo info = info_of(input);
  size_t bytes = 0;
  for (guint plane = 0; plane < GST_VIDEO_INFO_N_PLANES(&info); plane++)
    bytes += rows_of(info, plane).bytes * rows_of(info, plane).count;
  return bytes;
}

bool push_frame(GstElement* feed, const PushInput& input, const uint8_t* pixels, uint64_t pts_ns) {
  GstVideoInfo info = info_of(input);
  auto* source = GST_APP_SRC(feed);
  if (gst_app_src_get_current_level_bytes(source) + GST_VIDEO_INFO_SIZE(&info) > gst_app_src_get_max_bytes(source))
    return false;
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info), nullptr);
  GstMapInfo map;
  gst_buffer_map(buffer, &map, GST_MAP_WRITE);
  for (guint plane = 0; plane < GST_VIDEO_INFO_N_PLANES(&info); plane++) {
    Rows rows = rows_of(info, plane);
    for (size_t row = 0; row < rows.count; row++) {
      auto* to = map.data + GST_VIDEO_INFO_PLANE_OFFSET(&info, plane) +
                 row * static_cast<size_t>(GST_VIDEO_INFO_PLANE_STRIDE(&info, plane));
      std::copy(pixels, pixels + rows.bytes, to);
      pixels += rows.bytes;
    }
  }
  gst_buffer_unmap(buffer, &map);
  GST_BUFFER_PTS(buffer) = pts_ns;
  // The frame before may have been a picture of another kind.
  gst_app_src_set_caps(source, CapsPtr(gst_video_info_to_caps(&info)).get());
  return gst_app_src_push_buffer(source, buffer) == GST_FLOW_OK;
}

bool push_sample(GstElement* feed, SamplePtr& frame, uint64_t pts_ns) {
  auto* source = GST_APP_SRC(feed);
  const gsize bytes = gst_buffer_get_size(gst_sample_get_buffer(frame.get()));
  if (gst_app_src_get_current_level_bytes(source) + bytes > kFramesWaiting * bytes) return false;
  gst_app_src_set_caps(source, gst_sample_get_caps(frame.get()));
  GstBuffer* buffer = gst_buffer_ref(gst_sample_get_buffer(frame.get()));
  frame.reset();
  buffer = gst_buffer_make_writable(buffer);
  GST_BUFFER_PTS(buffer) = pts_ns;
  return gst_app_src_push_buffer(source, buffer) == GST_FLOW_OK;
}

}  // namespace vedette

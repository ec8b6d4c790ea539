#include "darkroom.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>

#include <algorithm>

#include "family.h"
#include "tally.h"

namespace vedette {
namespace {

GstElement* add(GstElement* pipeline, const std::string& factory) {
  GstElement* element = make(factory, "");
  gst_bin_add(GST_BIN(pipeline), element);
  return element;
}

}  // namespace

Darkroom::Darkroom(const PictureRequest& request, const Device& device, OnPicture on_picture)
    : request_(request), device_(device), on_picture_(std::move(on_picture)) {}

Darkroom::~Darkroom() {
  if (pipeline_ != nullptr) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

void Darkroom::start() {
  pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("darkroom"))));
  GstElement* last = add(pipeline_.get(), "appsrc");
  source_ = share(last);
  g_object_set(last, "format", GST_FORMAT_TIME, "max-bytes", guint64{1}, "block", FALSE, nullptr);
  auto chain = [&](const std::string& factory) {
    GstElement* element = add(pipeline_.get(), factory);
    gst_element_link(last, element);
    last = element;
    return element;
  };
  const FamilyElements& names = elements_of(device_.family);
  if (names.from_device != nullptr) {
    use(device_, chain(names.from_device));
    g_object_set(chain("capsfilter"), "caps", CapsPtr(gst_caps_new_empty_simple("video/x-raw")).get(), nullptr);
  }
  // Scaling first: converting fewer pixels is the cheaper way round.
  chain("videoscale");
  chain("videoconvert");
  size_ = share(chain("capsfilter"));
  if (request_.format == "JPEG") set(chain("jpegenc"), "quality", std::to_string(request_.quality));
  sink_ = share(chain("appsink"));
  g_object_set(last, "sync", FALSE, "max-buffers", 1U, "drop", TRUE, nullptr);
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = [](GstAppSink*, gpointer data) -> GstFlowReturn {
    if (auto room = locked<Darkroom>(data)) room->develop();
    return GST_FLOW_OK;
  };
  gst_app_sink_set_callbacks(GST_APP_SINK(last), &callbacks, hold(shared_from_this()), &let_go<Darkroom>);
  BusPtr bus(gst_element_get_bus(pipeline_.get()));
  // A frame that could not be developed is one picture less; the next one is tried again.
  gst_bus_set_sync_handler(
      bus.get(),
      [](GstBus*, GstMessage* message, gpointer data) -> GstBusSyncReply {
        if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
          if (auto room = locked<Darkroom>(data)) room->is_busy_ = false;
        gst_message_unref(message);
        return GST_BUS_DROP;
      },
      hold(shared_from_this()), &let_go<Darkroom>);
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

bool Darkroom::wants_now() {
  if (request_.max_fps <= 0) return true;
  int64_t now = monotonic_us();
  auto period = static_cast<int64_t>(1e6 / request_.max_fps);
  // A quarter of a period early is in time: cameras jitter, and waiting for the next frame would halve the rate.
  if (now + period / 4 < next_us_) return false;
  next_us_ = std::max(next_us_ + period, now);
  return true;
}

void Darkroom::choose_size(GstCaps* caps) {
  GstVideoInfo info;
  if (!gst_video_info_from_caps(&info, caps)) return;
  int width = static_cast<int>(request_.width);
  int height = static_cast<int>(request_.height);
  int full_width = GST_VIDEO_INFO_WIDTH(&info), full_height = GST_VIDEO_INFO_HEIGHT(&info);
  if (width == 0 && height == 0) width = full_width, height = full_height;
  if (width == 0) width = std::max(2, full_width * height / full_height & ~1);
  if (height == 0) height = std::max(2, full_height * width / full_width & ~1);
  CapsPtr wanted(gst_caps_new_simple("video/x-raw", "width", G_TYPE_INT, width, "height", G_TYPE_INT, height,
                                     "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, nullptr));
  if (request_.format != "JPEG")
    gst_caps_set_simple(wanted.get(), "format", G_TYPE_STRING, request_.format.c_str(), nullptr);
  g_object_set(size_.get(), "caps", wanted.get(), nullptr);
}

void Darkroom::offer(GstBuffer* buffer, GstCaps* caps, int64_t captured_us) {
  if (is_busy_ || caps == nullptr || !wants_now()) return;
  is_busy_ = true;
  captured_us_ = captured_us;
  if (caps_ == nullptr || !gst_caps_is_equal(caps_.get(), caps)) {
    caps_.reset(gst_caps_ref(caps));
    choose_size(caps);
    gst_app_src_set_caps(GST_APP_SRC(source_.get()), caps);
  }
  if (gst_app_src_push_buffer(GST_APP_SRC(source_.get()), gst_buffer_ref(buffer)) != GST_FLOW_OK) is_busy_ = false;
}

void Darkroom::develop() {
  SamplePtr sample(gst_app_sink_try_pull_sample(GST_APP_SINK(sink_.get()), 0));
  if (sample == nullptr) return;
  Picture picture;
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());
  GstStructure* shape = gst_caps_get_structure(gst_sample_get_caps(sample.get()), 0);
  gint width = 0, height = 0;
  gst_structure_get_int(shape, "width", &width);
  gst_structure_get_int(shape, "height", &height);
  picture.width = static_cast<uint32_t>(width);
  picture.height = static_cast<uint32_t>(height);
  picture.pts_ns = GST_BUFFER_PTS_IS_VALID(buffer) ? GST_BUFFER_PTS(buffer) : 0;
  picture.captured_us = captured_us_;
  GstVideoInfo info;
  GstVideoFrame frame;
  if (request_.format == "JPEG") {
    picture.data.resize(gst_buffer_get_size(buffer));
    gst_buffer_extract(buffer, 0, picture.data.data(), picture.data.size());
  } else if (gst_video_info_from_caps(&info, gst_sample_get_caps(sample.get())) &&
             gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ)) {
    // Rows without GStreamer's padding: what a reader of raw pixels expects.
    for (guint plane = 0; plane < GST_VIDEO_FRAME_N_PLANES(&frame); plane++) {
      int row_bytes = GST_VIDEO_FRAME_COMP_WIDTH(&frame, plane) * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, plane);
      for (int row = 0; row < GST_VIDEO_FRAME_COMP_HEIGHT(&frame, plane); row++) {
        auto* from = static_cast<uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane)) +
                     static_cast<ptrdiff_t>(row) * GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane);
        picture.data.insert(picture.data.end(), from, from + row_bytes);
      }
    }
    gst_video_frame_unmap(&frame);
  }
  is_busy_ = false;
  on_picture_(std::move(picture));
}

}  // namespace vedette

#include "border.h"

#include <algorithm>

namespace vedette {
namespace {

constexpr double kStillFps = 1;

// Green of an RGB picture is most of its brightness.
Brightness brightness_of(const GstVideoFrame& frame) {
  const unsigned component = GST_VIDEO_INFO_IS_RGB(&frame.info) ? 1 : 0;
  return {static_cast<const uint8_t*>(GST_VIDEO_FRAME_COMP_DATA(&frame, component)),
          GST_VIDEO_FRAME_COMP_STRIDE(&frame, component),
          static_cast<unsigned>(GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, component)),
          static_cast<unsigned>(GST_VIDEO_FRAME_WIDTH(&frame)), static_cast<unsigned>(GST_VIDEO_FRAME_HEIGHT(&frame))};
}

}  // namespace

Border::Border(const BorderRules& rules, std::shared_ptr<Tally> tally, Listener listener)
    : rules_(rules),
      tally_(std::move(tally)),
      listener_(std::move(listener)),
      max_analysed_fps_(rules.max_analysed_fps),
      applied_fps_(rules.max_analysed_fps) {
  gst_segment_init(&segment_, GST_FORMAT_TIME);
  motion_.leave_out(rules.motion_mask);
}

void Border::guard(GstPad* pad) {
  gst_pad_add_probe(
      pad,
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                                   GST_PAD_PROBE_TYPE_EVENT_FLUSH),
      [](GstPad* at, GstPadProbeInfo* info, gpointer data) {
        auto border = locked<Border>(data);
        return border == nullptr ? GST_PAD_PROBE_DROP : border->on_probe(at, info);
      },
      hold(shared_from_this()), &let_go<Border>);
}

void Border::close() {
  is_closed_ = true;
  pacer_.release();
  std::lock_guard lock(rooms_mutex_);
  rooms_.clear();
}

void Border::watch(std::shared_ptr<Darkroom> room) {
  std::lock_guard lock(rooms_mutex_);
  if (!is_closed_) rooms_.push_back(std::move(room));
}

void Border::unwatch(const Darkroom* room) {
  std::lock_guard lock(rooms_mutex_);
  rooms_.erase(std::remove_if(rooms_.begin(), rooms_.end(), [room](const auto& each) { return each.get() == room; }),
               rooms_.end());
}

GstPadProbeReturn Border::on_probe(GstPad* pad, GstPadProbeInfo* info) {
  return (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0 ? on_buffer(pad, info) : on_event(info);
}

GstPadProbeReturn Border::on_event(GstPadProbeInfo* info) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_FLUSH_START:
    case GST_EVENT_FLUSH_STOP:
      return GST_PAD_PROBE_DROP;
    case GST_EVENT_EOS:
      if (!is_closed_) listener_.on_end();
      return GST_PAD_PROBE_DROP;
    case GST_EVENT_CAPS: {
      GstCaps* caps = nullptr;
      gst_event_parse_caps(event, &caps);
      GstStructure* shape = gst_caps_get_structure(caps, 0);
      gint width = 0, height = 0, numerator = 0, denominator = 1;
      gst_structure_get_int(shape, "width", &width);
      gst_structure_get_int(shape, "height", &height);
      if (gst_structure_get_fraction(shape, "framerate", &numerator, &denominator) && numerator > 0)
        timeline_.set_frame_duration(
            gst_util_uint64_scale(GST_SECOND, static_cast<guint64>(denominator), static_cast<guint64>(numerator)));
      GstVideoInfo picture;
      bool is_plain = gst_caps_features_contains(gst_caps_get_features(caps, 0), GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY);
      picture_.reset();
      if (is_plain && gst_video_info_from_caps(&picture, caps) && GST_VIDEO_INFO_COMP_DEPTH(&picture, 0) == 8)
        picture_ = picture;
      listener_.on_size(static_cast<uint32_t>(width), static_cast<uint32_t>(height));
      return GST_PAD_PROBE_OK;
    }
    case GST_EVENT_SEGMENT: {
      gst_event_copy_segment(event, &segment_);
      if (segment_.format != GST_FORMAT_TIME) gst_segment_init(&segment_, GST_FORMAT_TIME);
      if (has_segment_) return GST_PAD_PROBE_DROP;
      has_segment_ = true;
      GstSegment whole;
      gst_segment_init(&whole, GST_FORMAT_TIME);
      GST_PAD_PROBE_INFO_DATA(info) = gst_event_new_segment(&whole);
      gst_event_unref(event);
      return GST_PAD_PROBE_OK;
    }
    default:
      return GST_PAD_PROBE_OK;
  }
}

GstPadProbeReturn Border::on_buffer(GstPad* pad, GstPadProbeInfo* info) {
  if (is_closed_) return GST_PAD_PROBE_DROP;
  GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  const uint64_t stream_pts = GST_BUFFER_PTS(buffer);
  std::optional<uint64_t> time;
  if (GST_CLOCK_TIME_IS_VALID(stream_pts)) {
    uint64_t running = gst_segment_to_running_time(&segment_, GST_FORMAT_TIME, stream_pts);
    if (GST_CLOCK_TIME_IS_VALID(running)) time = running;
  }
  if (is_new_round_.exchange(false)) timeline_.begin_round();
  uint64_t pts = timeline_.next(time, rules_.starts_at_zero);
  tally_->set_pts_gaps(timeline_.gaps());
  GST_BUFFER_PTS(buffer) = pts;
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  if (rules_.is_paced) pacer_.wait(pts);
  if (is_closed_) return GST_PAD_PROBE_DROP;
  tally_->decoded();
  if (!is_live_) {
    is_live_ = true;
    listener_.on_first_frame();
  }
  offer(pad, buffer);
  if (rules_.is_for_pictures || !is_analysed(buffer, pts)) return GST_PAD_PROBE_DROP;
  if (listener_.on_crossing && GST_CLOCK_TIME_IS_VALID(stream_pts)) listener_.on_crossing(stream_pts, pts);
  passed_++;
  return GST_PAD_PROBE_OK;
}

void Border::offer(GstPad* pad, GstBuffer* buffer) {
  std::vector<std::shared_ptr<Darkroom>> rooms;
  {
    std::lock_guard lock(rooms_mutex_);
    if (rooms_.empty()) return;
    rooms = rooms_;
  }
  CapsPtr caps(gst_pad_get_current_caps(pad));
  int64_t now = wall_us();
  for (const auto& room : rooms) room->offer(buffer, caps.get(), now);
}

bool Border::is_analysed(GstBuffer* buffer, uint64_t pts) {
  double fps = max_analysed_fps_;
  // The next frame may have been due in a quarter of an hour.
  if (fps != applied_fps_) next_analysed_ns_ = pts;
  applied_fps_ = fps;
  // A rate below that of a still camera cannot be lowered any more.
  bool is_still_now = rules_.is_motion_gated && (fps <= 0 || fps > kStillFps) && is_still(buffer, pts);
  // What begins to move is analysed at once.
  if (was_still_ && !is_still_now) next_analysed_ns_ = pts;
  was_still_ = is_still_now;
  if (is_still_now) fps = kStillFps;
  if (fps <= 0) return true;
  // Half a frame early is in time, or the jitter of a camera would now and then cost a whole frame more.
  if (pts + timeline_.frame_duration() / 2 < next_analysed_ns_) {
    if (is_still_now) tally_->still();
    return false;
  }
  next_analysed_ns_ = std::max(next_analysed_ns_ + static_cast<uint64_t>(1e9 / fps), pts);
  return true;
}

bool Border::is_still(GstBuffer* buffer, uint64_t pts) {
  GstVideoFrame frame;
  if (!picture_ || !gst_video_frame_map(&frame, &*picture_, buffer, GST_MAP_READ)) return false;
  bool is_moving = motion_.look(brightness_of(frame), pts);
  gst_video_frame_unmap(&frame);
  return !is_moving;
}

}  // namespace vedette

// The last pad of a source before the mux, where everything that crosses is watched: timestamps are put in order,
// files are paced, frames beyond the analysed rate stay out, pictures are taken, and neither the end of a stream nor a
// flush ever reaches the others.
//
// The probe runs on the source's streaming thread; every other method on any. `rooms_mutex_` is an innermost lock.
#pragma once

#include <gst/video/video.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "darkroom.h"
#include "gst_ptr.h"
#include "motion.h"
#include "pacer.h"
#include "tally.h"
#include "timeline.h"

namespace vedette {

struct BorderRules {
  bool is_paced;            // wait for the time of each frame
  bool starts_at_zero;      // the stream's first timestamp becomes 0
  bool is_for_pictures;     // no frame crosses
  double max_analysed_fps;  // at first
  bool is_motion_gated;     // where nothing moves, one frame a second is analysed
  std::string motion_mask;  // as Motion::leave_out takes it
};

class Border : public std::enable_shared_from_this<Border> {
 public:
  // Called on the streaming thread: the size is known; the first frame is here; the stream is over; a frame crosses
  // that had one time in the stream and has another from here on (may be empty).
  struct Listener {
    std::function<void(uint32_t width, uint32_t height)> on_size;
    std::function<void()> on_first_frame;
    std::function<void()> on_end;
    std::function<void(uint64_t stream_pts, uint64_t pts)> on_crossing;
  };

  Border(const BorderRules& rules, std::shared_ptr<Tally> tally, Listener listener);
  void guard(GstPad* pad);
  // The same file begins again; its timestamps go on.
  void begin_round() { is_new_round_ = true; }
  // 0: all. Counts from the next frame on.
  void set_max_analysed_fps(double fps) { max_analysed_fps_ = fps; }
  // From here on nothing crosses, and nobody waits at it.
  void close();
  void watch(std::shared_ptr<Darkroom> room);
  void unwatch(const Darkroom* room);
  uint64_t frames_passed() const { return passed_; }

 private:
  GstPadProbeReturn on_probe(GstPad* pad, GstPadProbeInfo* info);
  GstPadProbeReturn on_event(GstPadProbeInfo* info);
  GstPadProbeReturn on_buffer(GstPad* pad, GstPadProbeInfo* info);
  void offer(GstPad* pad, GstBuffer* buffer);
  bool is_analysed(GstBuffer* buffer, uint64_t pts);
  bool is_still(GstBuffer* buffer, uint64_t pts);

  const BorderRules rules_;
  const std::shared_ptr<Tally> tally_;
  const Listener listener_;
  Pacer pacer_;
  std::atomic<bool> is_closed_{false}, is_new_round_{false};
  std::atomic<uint64_t> passed_{0};
  std::atomic<double> max_analysed_fps_;

  // Streaming thread only.
  Timeline timeline_;
  GstSegment segment_;
  bool has_segment_ = false, is_live_ = false;
  uint64_t next_analysed_ns_ = 0;
  double applied_fps_;                   // the rate that next_analysed_ns_ comes from
  std::optional<GstVideoInfo> picture_;  // when it lies in plain memory
  Motion motion_;
  bool was_still_ = false;

  std::mutex rooms_mutex_;
  std::vector<std::shared_ptr<Darkroom>> rooms_;
};

}  // namespace vedette

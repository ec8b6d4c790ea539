// A sink pad of vdstreammux: the frames of one camera that wait for a batch.
//
// Counters and queue are guarded by the mux's lock (`mutex` in streammux.h), which the chain function (upstream's
// thread), the mux's own task and the application's thread take in turn; it is never held while calling out.
#pragma once

#include <gst/video/video.h>

#include <condition_variable>
#include <deque>
#include <mutex>

#include "gst_ptr.h"

namespace vedette {

struct WaitingFrame {
  BufferPtr buffer;
  GstVideoInfo info;
  uint64_t ntp_ns;
  int64_t arrived_us;
};

struct MuxPadState {
  guint index = 0;
  // Set by the application.
  bool leaky = false;
  double max_fps = 0;
  // What upstream said.
  GstVideoInfo info = {};
  bool has_caps = false;
  bool eos = false, eos_told = false, flushing = false, removed = false;
  // Frames that wait, and how often they come.
  std::deque<WaitingFrame> waiting;
  std::condition_variable space;
  int64_t last_arrival_us = 0;
  double interval_us = 0;
  GstClockTime next_due = GST_CLOCK_TIME_NONE;
  GstClockTime last_pts = GST_CLOCK_TIME_NONE;
  gint frame_number = 0;
  guint64 frames_in = 0, frames_out = 0, dropped = 0, skipped = 0;

  // Whether `max_fps` lets this frame through; remembers when the next one is due.
  bool due(GstClockTime pts);
  void arrived(int64_t now_us);
  // Forgets what a flush or a new stream makes meaningless; the counters stay.
  void restart();
  // When a frame should be here at the latest, judging by those before.
  int64_t expected_us() const;
};

struct VdMuxPad {
  GstPad parent;
  MuxPadState state;
};

GType vd_mux_pad_get_type();
inline VdMuxPad* vd_mux_pad(gpointer pad) { return reinterpret_cast<VdMuxPad*>(pad); }

}  // namespace vedette

// The inside of vdstreammux, shared by its three parts: the element (streammux.cc), what its cameras' threads do
// (mux_sink.cc) and what its own task does (mux_task.cc). `mutex` guards everything that is not marked otherwise.
#pragma once

#include <gst/gst.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "meta/writer.h"
#include "mux_pad.h"

namespace vedette {

struct MuxState {
  std::mutex mutex;
  std::condition_variable work;
  std::vector<VdMuxPad*> pads;   // owned by the element
  std::deque<EventPtr> control;  // goes out before the next batch
  size_t first = 0;              // pad that the next batch begins with
  bool running = false, eos_sent = false;
  bool opened = false;               // stream-start, caps and segment went out; used by the task only
  GstFlowReturn flow = GST_FLOW_OK;  // what downstream said last
  GstClockTime last_pts = 0;
  guint batch_size = 1;
  gint timeout_us = 33000;
  gint width = 0, height = 0;
  bool live = false, drop_eos = false, attach_sys_ts = false;
  const meta::Offsets* abi = &meta::offsets_of(meta::AbiClass::kD);
  meta::Offsets made_up{};  // where a test asks for one
};

struct VdStreammux {
  GstElement parent;
  GstPad* src;
  MuxState state;
};
struct VdStreammuxClass {
  GstElementClass parent;
};
using Lock = std::unique_lock<std::mutex>;

inline VdStreammux* mux_of(gpointer object) { return reinterpret_cast<VdStreammux*>(object); }

// Queues an event about a pad; it goes out before the next batch. The caller holds the lock.
void tell(MuxState& state, const char* name, guint pad);

// Pad functions.
GstFlowReturn mux_chain(GstPad* pad, GstObject* mux, GstBuffer* buffer);
gboolean mux_sink_event(GstPad* pad, GstObject* mux, GstEvent* event);
gboolean mux_sink_query(GstPad* pad, GstObject* mux, GstQuery* query);
gboolean mux_activate(GstPad* src, GstObject* mux, GstPadMode mode, gboolean active);

}  // namespace vedette

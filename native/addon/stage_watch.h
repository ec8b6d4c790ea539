// What a stage does with the batches that pass through it: how long it keeps them, how many frames it looks at.
//
// Probes on its two pads, each on that pad's streaming thread; read() on any.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "description.h"
#include "gst_ptr.h"
#include "report.h"

namespace vedette {

class StageWatch : public std::enable_shared_from_this<StageWatch> {
 public:
  StageWatch(const InferStage& stage, GstElement* element)
      : id_(stage.id), is_secondary_(stage.on.has_value()), element_(share(element)) {}
  void start();
  // What is "since the last stats" begins anew.
  StageStats read();

 private:
  struct Passing {
    GstBuffer* buffer;  // only compared, never touched
    int64_t since_us;
  };
  void enter(GstBuffer* buffer);
  void leave(GstBuffer* buffer);
  uint64_t frames_looked_at(GstBuffer* buffer) const;
  void read_busy(StageStats& stats);

  const uint32_t id_;
  const bool is_secondary_;
  const ElementPtr element_;
  uint64_t busy_us_ = 0, calls_ = 0;  // at the last stats; the reader's

  std::mutex mutex_;  // the fields below, innermost
  std::deque<Passing> passing_;
  std::vector<uint32_t> latencies_us_;
  uint64_t batches_ = 0, frames_ = 0;
};

// Calls `on_buffer` with each buffer that passes `pad`, as long as `watch` lives.
template <typename Watch, void (Watch::*on_buffer)(GstBuffer*)>
void watch_pad(GstElement* element, const char* pad_name, const std::shared_ptr<Watch>& watch) {
  PadPtr pad(gst_element_get_static_pad(element, pad_name));
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        if (auto self = locked<Watch>(data)) (self.get()->*on_buffer)(GST_PAD_PROBE_INFO_BUFFER(info));
        return GST_PAD_PROBE_OK;
      },
      hold(watch), &let_go<Watch>);
}

}  // namespace vedette

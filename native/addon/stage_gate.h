// Whether a secondary stage sees objects. While it is closed, batches pass the stage untouched.
//
// nvinfer's and nvinferserver's `interval` counts for primaries only, and nvinferserver reads what it works on once, at
// start. But every secondary asks each object which stage found it and looks only at those of its own
// (`infer-on-gie-id`): while the gate is closed, its objects bear another number from the stage's sink pad to its src
// pad, where nobody else reads them.
//
// Probes run on the streaming threads of the two pads; set_open() on any.
#pragma once

#include <atomic>
#include <memory>

#include "gst_ptr.h"

namespace vedette {

class StageGate : public std::enable_shared_from_this<StageGate> {
 public:
  // `looks_at`: the stage whose objects it is about.
  explicit StageGate(uint32_t looks_at) : looks_at_(static_cast<int32_t>(looks_at)) {}
  void start(GstElement* stage);
  void set_open(bool is_open);

 private:
  void enter(GstBuffer* batch);
  void leave(GstBuffer* batch);

  const int32_t looks_at_;
  std::atomic<bool> is_open_{true};
  std::atomic<bool> has_been_closed_{false};  // batches with hidden objects may be under way
};

}  // namespace vedette

// rtspsrc's jitter buffers, one for each SSRC of the camera, and how many packets came too late for them.
//
// watch() before rtspsrc starts; its signals come on rtspsrc's threads; late() and forget() on any.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "gst_ptr.h"

namespace vedette {

class JitterBuffers : public std::enable_shared_from_this<JitterBuffers> {
 public:
  void watch(GstElement* rtspsrc);
  // Packets thrown away since the connection began, because the pictures they belong to were over.
  uint64_t late();
  void forget();

 private:
  void add(GstElement* jitter_buffer);

  std::mutex mutex_;  // innermost
  std::deque<ElementPtr> buffers_;
  uint64_t late_in_old_ = 0;  // in buffers that are no longer kept
};

}  // namespace vedette

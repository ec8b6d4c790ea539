// Compares what a shadow stage finds with what the first stage found in the same frames, before the tracker chose among
// it. `bInferDone` is how an element says that it looked at a frame: the shadow gets frames without that mark, and they
// leave with the mark they came with.
//
// Probes, each on its pad's streaming thread; total() on any.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "../meta/reader.h"
#include "comparison.h"
#include "gst_ptr.h"

namespace vedette {

class ShadowWatch : public std::enable_shared_from_this<ShadowWatch> {
 public:
  ShadowWatch(uint32_t first, uint32_t shadow, std::vector<int32_t> classes)
      : first_(static_cast<int32_t>(first)), shadow_(static_cast<int32_t>(shadow)), comparison_(std::move(classes)) {}
  void start(GstElement* first, GstElement* shadow);
  ComparisonTotal total() const { return comparison_.total(); }

 private:
  struct Found {
    uint64_t pts_ns, ntp_ns;  // together no two frames of a pad have the same
    std::vector<ComparedBox> boxes;
  };
  struct Marks {
    GstBuffer* buffer;  // only compared, never touched
    std::vector<bool> is_inferred;
  };
  void leave_first(GstBuffer* buffer);
  void enter_shadow(GstBuffer* buffer);
  void leave_shadow(GstBuffer* buffer);
  void compare(const meta::Frame& frame);

  const int32_t first_, shadow_;
  Comparison comparison_;

  std::mutex mutex_;                             // the fields below; the metadata's lock is taken inside
  std::map<uint32_t, std::deque<Found>> found_;  // of the first stage, by pad
  std::deque<Marks> marks_;
};

}  // namespace vedette

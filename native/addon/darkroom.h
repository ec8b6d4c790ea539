// Turns decoded frames of one camera into pictures of the wanted size and format, in a small pipeline of its own: what
// goes wrong or slow here never reaches the analysis. Frames that come while one is being developed are skipped.
//
// Made and destroyed on any thread but its own; offer() on the source's streaming thread; `on_picture` is called on the
// darkroom's thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "description.h"
#include "gst_ptr.h"
#include "report.h"

namespace vedette {

class Darkroom : public std::enable_shared_from_this<Darkroom> {
 public:
  using OnPicture = std::function<void(Picture)>;

  Darkroom(const PictureRequest& request, const Device& device, OnPicture on_picture);
  ~Darkroom();
  // Throws NativeError when an element is missing.
  void start();
  void offer(GstBuffer* buffer, GstCaps* caps, int64_t captured_us);

 private:
  bool wants_now();
  void choose_size(GstCaps* caps);
  void develop();

  const PictureRequest request_;
  const Device device_;
  const OnPicture on_picture_;
  ElementPtr pipeline_;
  ElementPtr source_, size_, sink_;
  CapsPtr caps_;  // of the frames; streaming thread only
  int64_t next_us_ = 0;
  std::atomic<bool> is_busy_{false};
  std::atomic<int64_t> captured_us_{0};
};

}  // namespace vedette

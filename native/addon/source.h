// One camera in the pipeline: a bin that ends in the mux pad of its slot, or, when it is there for pictures only, in
// nothing; and what became of it.
//
// Owned by the pipeline's slot. connect() and disconnect() run on an errand thread, one at a time; end_of_stream, pads
// and frames arrive on its streaming threads; error() on whichever thread posted the message. It never calls out while
// holding a lock.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "backlog.h"
#include "border.h"
#include "camera_socket.h"
#include "description.h"
#include "errands.h"
#include "gst_ptr.h"
#include "jitter_buffers.h"
#include "redaction.h"
#include "report.h"
#include "sender_clock.h"
#include "tally.h"

namespace vedette {

class Source : public std::enable_shared_from_this<Source> {
 public:
  struct Place {
    uint32_t slot;
    uint32_t generation;
    Device device;
    uint64_t first_number;  // of the camera's frames: goes on where its last source ended
  };
  using Report = std::function<void(SourceEvent)>;

  static std::shared_ptr<Source> create(SourceDescription description, const Place& place,
                                        std::shared_ptr<Errands> errands, Report report);

  void connect(GstElement* pipeline, GstElement* mux);
  // Frees whoever waits in it; at once, any thread.
  void release();
  // The bin to NULL, its pad given back to the mux, all references let go. False: it never had a pad.
  bool disconnect(GstElement* pipeline, GstElement* mux);
  // The bin to NULL, before the whole pipeline follows.
  void halt();
  // Lets go without touching the mux: the whole pipeline is NULL already.
  void forget();

  void warning(const std::string& element, const std::string& message, const std::string& debug);
  void error(const std::string& element, const GError& error, const std::string& debug);
  // All streams are known; fails when none of them was video.
  void demand_video();
  // Says "ended" once the last frame has come out of the analysis.
  void settle_end();
  // The stream's own size, before or after decoding; says "linked" when it is news.
  void linked(uint32_t width, uint32_t height);
  // Whether a frame goes to the decoder, before which so many wait.
  bool takes_encoded(GstBuffer* unit, unsigned waiting);
  // Of an RTSP camera; on its way to the depayloader.
  void takes_packet(GstBuffer* packet);
  bool push(const uint8_t* pixels, size_t bytes, uint64_t pts_ns);
  // Of any size and format; taken when it has gone in.
  bool push(SamplePtr& frame, uint64_t pts_ns);
  void end_push();
  // Streaming threads take it up with the next frame; 0: all.
  void set_max_analysed_fps(double fps) { border_->set_max_analysed_fps(fps); }
  SourceStats stats(double seconds);
  SourceEvent event(const char* what);
  bool is_closing() const { return is_closing_; }
  uint64_t next_number() { return ++number_; }
  uint64_t number() const { return number_; }

  const SourceDescription& description() const { return description_; }
  const Place& place() const { return place_; }
  const Redaction& redaction() const { return redaction_; }
  Tally& tally() { return *tally_; }
  Border& border() { return *border_; }
  SenderClock& sender_clock() { return sender_clock_; }

 private:
  friend class Front;
  Source(SourceDescription description, const Place& place, std::shared_ptr<Errands> errands, Report report);
  Border::Listener listener();
  // Throws NativeError where it is no source of kind push.
  const PushInput& push_input() const;
  ElementPtr feed();
  void build();
  void expose(GstElement* bin, GstElement* last);
  // Takes the mux pad of its slot; false when it failed.
  bool join(GstElement* bin, GstElement* mux);
  uint64_t frames_dropped();
  // What our own mux counts at this source's pad; another mux counts nothing.
  std::optional<uint64_t> counted_by_mux(const char* counter);
  void silence();
  void end_of_stream();
  void begin_again();
  void emit(const char* what) { report_(event(what)); }
  // The words of an element, without credentials.
  void report_saying(const char* what, const std::string& failure, const std::string& message,
                     const std::string& element, const std::string& debug);
  void fail(const std::string& failure, const std::string& message, const std::string& element = "",
            const std::string& debug = "");

  const SourceDescription description_;
  const Place place_;
  const std::shared_ptr<Errands> errands_;
  const Report report_;
  const Redaction redaction_;
  const std::shared_ptr<Tally> tally_ = std::make_shared<Tally>();
  std::shared_ptr<Border> border_;
  CameraSocket socket_;
  SenderClock sender_clock_;
  const std::shared_ptr<JitterBuffers> jitter_buffers_ = std::make_shared<JitterBuffers>();
  std::atomic<uint64_t> number_;
  std::atomic<bool> is_closing_{false}, is_over_{false}, has_ended_{false};
  Backlog backlog_;                   // before the decoder, on the thread that brings its frames
  std::atomic<int64_t> ended_us_{0};  // or when the last frame after that came out of the analysis
  std::atomic<uint64_t> settled_{0};
  std::atomic<uint64_t> packet_pts_{GST_CLOCK_TIME_NONE};  // of the last packet

  std::timed_mutex lifecycle_;  // held by connect() and disconnect(), outermost
  std::mutex mutex_;            // the fields below, innermost
  ElementPtr bin_;
  ElementPtr entry_;  // in bin_, the first that takes decoded frames
  PadPtr mux_pad_;
  ElementPtr feed_;
  PadPtr rtp_sink_;         // the first pad that takes the camera's packets
  std::string rtp_stream_;  // whose packets they are
  PadPtr decoder_sink_;
  std::string codec_;
  uint32_t width_ = 0, height_ = 0;
};

}  // namespace vedette

// What is seen of a source while it runs, and what it says: its packets and frames, its end, its failure, its counts.
#include <array>
#include <utility>

#include "failure.h"
#include "source.h"
#include "source_input.h"

namespace vedette {
namespace {

constexpr int64_t kAnalysisLimitUs = 2'000'000;  // without one more frame analysed

}  // namespace

void Source::end_of_stream() {
  if (is_closing_) return;
  bool has_decoded = tally_->frames_decoded() > 0;
  if (!has_decoded && is_recorded(description_.input))
    return fail("corrupt", "the stream ended without a single picture");
  if (loops(description_.input)) {
    // Not from here: a flush would wait for this very thread.
    return errands_->run([source = shared_from_this()] { source->begin_again(); });
  }
  ended_us_ = monotonic_us();
  has_ended_ = true;
  settle_end();
}

void Source::begin_again() {
  std::unique_lock lifecycle(lifecycle_, std::try_to_lock);
  if (!lifecycle.owns_lock() && is_closing_) return;
  PadPtr decoder_sink;
  {
    std::lock_guard lock(mutex_);
    if (decoder_sink_ == nullptr) return;
    decoder_sink = share(decoder_sink_.get());
  }
  border_->begin_round();
  GstEvent* seek = gst_event_new_seek(1.0, GST_FORMAT_TIME, static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH),
                                      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1);
  if (!gst_pad_push_event(decoder_sink.get(), seek) && !is_closing_) {
    ended_us_ = monotonic_us();
    has_ended_ = true;
    settle_end();
  }
}

void Source::settle_end() {
  if (!has_ended_ || is_closing_) return;
  uint64_t settled = tally_->frames_analysed() + frames_dropped();
  if (settled_.exchange(settled) != settled) ended_us_ = monotonic_us();
  if (settled < border_->frames_passed() && monotonic_us() - ended_us_ < kAnalysisLimitUs) return;
  if (!is_over_.exchange(true)) emit("ended");
}

std::optional<uint64_t> Source::counted_by_mux(const char* counter) {
  PadPtr mux_pad;
  {
    std::lock_guard lock(mutex_);
    if (mux_pad_ == nullptr) return std::nullopt;
    mux_pad = share(mux_pad_.get());
  }
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(mux_pad.get()), counter) == nullptr) return std::nullopt;
  guint64 count = 0;
  g_object_get(mux_pad.get(), counter, &count, nullptr);
  return count;
}

uint64_t Source::frames_dropped() {
  if (auto dropped = counted_by_mux("dropped")) return *dropped;
  uint64_t passed = border_->frames_passed(), muxed = tally_->frames_muxed();
  return passed > muxed ? passed - muxed : 0;
}

void Source::linked(uint32_t width, uint32_t height) {
  {
    std::lock_guard lock(mutex_);
    if (width_ == width && height_ == height) return;
    width_ = width;
    height_ = height;
  }
  emit("linked");
}

bool Source::takes_encoded(GstBuffer* unit, unsigned waiting) {
  // Of an RTSP camera every packet was counted already.
  if (!std::holds_alternative<RtspInput>(description_.input)) tally_->received(gst_buffer_get_size(unit));
  const bool is_keyframe = !GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT);
  if (is_keyframe) tally_->keyframe();
  return backlog_.takes(is_keyframe, waiting);
}

void Source::takes_packet(GstBuffer* packet) {
  tally_->received(gst_buffer_get_size(packet));
  const uint64_t pts = GST_BUFFER_PTS(packet);
  constexpr gsize kRtpHeaderBytes = 12;
  std::array<uint8_t, kRtpHeaderBytes> header{};
  // Of a frame that comes in many packets, the first will do.
  if (packet_pts_.exchange(pts) == pts || !GST_CLOCK_TIME_IS_VALID(pts)) return;
  if (gst_buffer_extract(packet, 0, header.data(), header.size()) == header.size())
    sender_clock_.packet(GST_READ_UINT32_BE(header.data() + 8), GST_READ_UINT32_BE(header.data() + 4), pts);
}

void Source::demand_video() {
  {
    std::lock_guard lock(mutex_);
    if (decoder_sink_ != nullptr) return;
  }
  fail("unsupported-codec", "expected a video stream, found none that can be read");
}

void Source::warning(const std::string& element, const std::string& message, const std::string& debug) {
  if (!is_closing_ && !is_over_) report_saying("warned", "", message, element, debug);
}

void Source::error(const std::string& element, const GError& error, const std::string& debug) {
  if (is_closing_ || is_over_.exchange(true)) return;
  std::string failure = failure_of(error, debug);
  std::string message = text_of(error.message);
  std::string url = url_of(description_.input);
  if (failure.empty() && !url.empty()) {
    return errands_->run([source = shared_from_this(), url, message, element, debug] {
      source->report_saying("failed", diagnose(url), message, element, debug);
    });
  }
  bool is_broken_file =
      is_recorded(description_.input) && error.domain == GST_STREAM_ERROR && (failure.empty() || failure == "internal");
  // What was decoded until now can be decoded: the camera sends something else than it had announced.
  if (failure == "unsupported-codec" && tally_->frames_decoded() > 0) failure = "changed";
  report_saying("failed", is_broken_file ? "corrupt" : failure.empty() ? "internal" : failure, message, element, debug);
}

void Source::fail(const std::string& failure, const std::string& message, const std::string& element,
                  const std::string& debug) {
  if (!is_closing_ && !is_over_.exchange(true)) report_saying("failed", failure, message, element, debug);
}

void Source::report_saying(const char* what, const std::string& failure, const std::string& message,
                           const std::string& element, const std::string& debug) {
  SourceEvent said = event(what);
  said.failure = failure;
  said.message = redaction_.clean(message);
  said.element = redaction_.clean(element);
  said.debug = redaction_.clean(debug);
  report_(std::move(said));
}

SourceEvent Source::event(const char* what) {
  SourceEvent event;
  event.slot = place_.slot;
  event.generation = place_.generation;
  event.name = description_.name;
  event.what = what;
  std::lock_guard lock(mutex_);
  event.codec = codec_;
  event.width = width_;
  event.height = height_;
  return event;
}

SourceStats Source::stats(double seconds) {
  SourceStats stats;
  stats.slot = place_.slot;
  stats.generation = place_.generation;
  stats.name = description_.name;
  tally_->read(stats, seconds);
  // What the tally counts comes to our own mux, which throws away some of it.
  if (auto left = counted_by_mux("frames-out")) stats.frames_muxed = *left;
  stats.frames_dropped = frames_dropped();
  stats.packets_late = jitter_buffers_->late();
  if (auto ahead_us = sender_clock_.ahead_us()) stats.clock_ahead_ms = static_cast<double>(*ahead_us) / 1000.0;
  return stats;
}

}  // namespace vedette

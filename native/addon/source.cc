#include "source.h"

#include <gst/app/gstappsrc.h>

#include <utility>

#include "failure.h"
#include "family.h"
#include "frame_feed.h"
#include "front.h"
#include "source_input.h"

namespace vedette {
namespace {

constexpr int64_t kAnalysisLimitUs = 2'000'000;  // without one more frame analysed
constexpr GstClockTime kStateLimit = 3 * GST_SECOND;
constexpr auto kHaltLimit = std::chrono::milliseconds(500);
constexpr auto kLifecycleLimit = std::chrono::seconds(4);

BorderRules rules_for(const SourceDescription& description) {
  bool is_ours = std::holds_alternative<TestInput>(description.input);
  return {description.policy == Policy::realtime && (is_ours || is_recorded(description.input)),
          is_recorded(description.input), description.purpose == Purpose::pictures, description.max_analysed_fps,
          description.is_motion_gated};
}

}  // namespace

std::shared_ptr<Source> Source::create(SourceDescription description, const Place& place,
                                       std::shared_ptr<Errands> errands, Report report) {
  std::shared_ptr<Source> source(new Source(std::move(description), place, std::move(errands), std::move(report)));
  source->border_ = std::make_shared<Border>(rules_for(source->description_), source->tally_, source->listener());
  return source;
}

Source::Source(SourceDescription description, const Place& place, std::shared_ptr<Errands> errands, Report report)
    : description_(std::move(description)),
      place_(place),
      errands_(std::move(errands)),
      report_(std::move(report)),
      redaction_(user_of(description_.input), password_of(description_.input)),
      number_(place.first_number) {}

void Source::connect(GstElement* pipeline, GstElement* mux) {
  std::unique_lock lifecycle(lifecycle_);
  if (is_closing_) return;
  emit("connecting");
  ElementPtr bin;
  try {
    build();
    std::lock_guard lock(mutex_);
    bin = share(bin_.get());
  } catch (const NativeError& error) {
    return fail("internal", error.message);
  }
  gst_bin_add(GST_BIN(pipeline), bin.get());
  if (description_.purpose == Purpose::analysis && !join(bin.get(), mux)) return;
  if (!gst_element_sync_state_with_parent(bin.get())) {
    silence();
    fail("internal", "the source did not start");  // after the element's own words, if it had any
  }
}

bool Source::join(GstElement* bin, GstElement* mux) {
  std::string pad_name = "sink_" + std::to_string(place_.slot);
  // gst_element_request_pad_simple, which replaces this, would need GStreamer 1.20.
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  PadPtr mux_pad(gst_element_get_request_pad(mux, pad_name.c_str()));
  G_GNUC_END_IGNORE_DEPRECATIONS
  PadPtr out(gst_element_get_static_pad(bin, "src"));
  if (mux_pad == nullptr || gst_pad_link(out.get(), mux_pad.get()) != GST_PAD_LINK_OK) {
    fail("internal", "the mux gave no pad " + pad_name);
    return false;
  }
  if (g_object_class_find_property(G_OBJECT_GET_CLASS(mux_pad.get()), "leaky") != nullptr)
    g_object_set(mux_pad.get(), "leaky", description_.policy == Policy::realtime ? TRUE : FALSE, nullptr);
  gst_pad_add_probe(
      mux_pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad*, GstPadProbeInfo*, gpointer data) {
        if (auto source = locked<Source>(data)) source->tally_->muxed();
        return GST_PAD_PROBE_OK;
      },
      hold(shared_from_this()), &let_go<Source>);
  std::lock_guard lock(mutex_);
  mux_pad_ = std::move(mux_pad);
  return true;
}

Border::Listener Source::listener() {
  std::weak_ptr<Source> self = weak_from_this();
  Border::Listener listener;
  listener.on_size = [self](uint32_t width, uint32_t height) {
    if (auto source = self.lock()) source->linked(width, height);
  };
  listener.on_first_frame = [self] {
    if (auto source = self.lock()) source->emit("live");
  };
  listener.on_end = [self] {
    if (auto source = self.lock()) source->end_of_stream();
  };
  return listener;
}

void Source::build() {
  const FamilyElements& names = elements_of(place_.family);
  std::string name = "source-" + std::to_string(place_.slot) + "-" + std::to_string(place_.generation);
  ElementPtr bin(GST_ELEMENT(gst_object_ref_sink(gst_bin_new(name.c_str()))));
  auto add = [&](const char* factory, const char* element_name = "") {
    GstElement* element = make(factory, element_name);
    gst_bin_add(GST_BIN(bin.get()), element);
    return element;
  };
  GstElement* entry = add(names.convert, "entry");
  GstElement* last = entry;
  if (names.mux_caps != nullptr) {
    last = add("capsfilter");
    g_object_set(last, "caps", CapsPtr(gst_caps_from_string(names.mux_caps)).get(), nullptr);
    gst_element_link(entry, last);
  }
  PadPtr border_pad(gst_element_get_static_pad(last, "src"));
  border_->guard(border_pad.get());
  if (description_.purpose == Purpose::pictures) {
    GstElement* sink = add("fakesink");
    g_object_set(sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, nullptr);
    gst_element_link(last, sink);
  } else {
    expose(bin.get(), last);
  }
  {
    std::lock_guard lock(mutex_);
    bin_ = share(bin.get());
    entry_ = share(entry);
  }
  Front::build(shared_from_this(), bin.get(), entry);
}

// Makes what comes out of `last` come out of the bin.
void Source::expose(GstElement* bin, GstElement* last) {
  if (place_.family == Family::deepstream) {
    GstElement* queue = make("queue", "");
    gst_bin_add(GST_BIN(bin), queue);
    g_object_set(queue, "max-size-buffers", 2U, "max-size-bytes", 0U, "max-size-time", guint64{0}, nullptr);
    set(queue, "leaky", description_.policy == Policy::realtime ? "downstream" : "no");
    gst_element_link(last, queue);
    last = queue;
  }
  PadPtr target(gst_element_get_static_pad(last, "src"));
  GstPad* out = gst_ghost_pad_new("src", target.get());
  gst_pad_set_active(out, TRUE);
  gst_element_add_pad(bin, out);
}

void Source::release() {
  is_closing_ = true;
  border_->close();
}

// A pipeline on its way down asks each child for every state in between: a source that could not come up would be
// asked again, fail again, and hold up the whole pipeline in PAUSED.
void Source::silence() {
  ElementPtr bin;
  PadPtr mux_pad;
  {
    std::lock_guard lock(mutex_);
    if (bin_ == nullptr) return;
    bin = share(bin_.get());
    mux_pad = mux_pad_ == nullptr ? nullptr : share(mux_pad_.get());
  }
  if (mux_pad != nullptr && elements_of(place_.family).flush_mux_pad)
    gst_pad_send_event(mux_pad.get(), gst_event_new_flush_start());
  gst_element_set_locked_state(bin.get(), TRUE);
  Scissors scissors(socket_);
  gst_element_set_state(bin.get(), GST_STATE_NULL);
  gst_element_get_state(bin.get(), nullptr, nullptr, kStateLimit);
}

void Source::halt() {
  // After connect(), which would bring it up again; one that hangs there is silenced all the same.
  std::unique_lock lifecycle(lifecycle_, std::defer_lock);
  lifecycle.try_lock_for(kHaltLimit);
  silence();
}

// The order of NVIDIA's runtime_source_add_delete, and why: until the source is NULL it may block in the mux; the mux
// gives its pad back only when it has nothing queued for it, which it reaches after EOS and a flush (deepstream 5, 2).
bool Source::disconnect(GstElement* pipeline, GstElement* mux) {
  release();
  std::unique_lock lifecycle(lifecycle_, std::defer_lock);
  if (!lifecycle.try_lock_for(kLifecycleLimit)) return true;  // still connecting: it is never released
  ElementPtr bin;
  PadPtr mux_pad;
  {
    std::lock_guard lock(mutex_);
    bin = bin_ == nullptr ? nullptr : share(bin_.get());
    mux_pad = mux_pad_ == nullptr ? nullptr : share(mux_pad_.get());
  }
  silence();
  if (mux_pad != nullptr) {
    if (!elements_of(place_.family).flush_mux_pad) gst_pad_send_event(mux_pad.get(), gst_event_new_eos());
    gst_pad_send_event(mux_pad.get(), gst_event_new_flush_stop(FALSE));
    gst_element_release_request_pad(mux, mux_pad.get());
  }
  if (bin != nullptr && GST_OBJECT_PARENT(bin.get()) != nullptr) gst_bin_remove(GST_BIN(pipeline), bin.get());
  forget();
  return mux_pad != nullptr;
}

void Source::forget() {
  release();
  std::lock_guard lock(mutex_);
  bin_.reset();
  entry_.reset();
  mux_pad_.reset();
  feed_.reset();
  rtp_sink_.reset();
  decoder_sink_.reset();
}

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

bool Source::takes_encoded(GstBuffer* unit) {
  // Of an RTSP camera every packet was counted already.
  if (!std::holds_alternative<RtspInput>(description_.input)) tally_->received(gst_buffer_get_size(unit));
  if (!GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT)) {
    has_keyframe_ = true;
    tally_->keyframe();
  }
  return has_keyframe_;
}

void Source::demand_video() {
  {
    std::lock_guard lock(mutex_);
    if (decoder_sink_ != nullptr) return;
  }
  fail("unsupported-codec", "expected a video stream, found none that can be read");
}

void Source::error(const std::string& element, const GError& error, const std::string& debug) {
  if (is_closing_ || is_over_.exchange(true)) return;
  std::string failure = failure_of(error, debug);
  std::string message = text_of(error.message);
  std::string url = url_of(description_.input);
  if (failure.empty() && !url.empty()) {
    return errands_->run([source = shared_from_this(), url, message, element, debug] {
      source->report_failure(diagnose(url), message, element, debug);
    });
  }
  bool is_broken_file =
      is_recorded(description_.input) && error.domain == GST_STREAM_ERROR && (failure.empty() || failure == "internal");
  // What was decoded until now can be decoded: the camera sends something else than it had announced.
  if (failure == "unsupported-codec" && tally_->frames_decoded() > 0) failure = "changed";
  report_failure(is_broken_file ? "corrupt" : failure.empty() ? "internal" : failure, message, element, debug);
}

void Source::fail(const std::string& failure, const std::string& message, const std::string& element,
                  const std::string& debug) {
  if (!is_closing_ && !is_over_.exchange(true)) report_failure(failure, message, element, debug);
}

void Source::report_failure(const std::string& failure, const std::string& message, const std::string& element,
                            const std::string& debug) {
  SourceEvent failed = event("failed");
  failed.failure = failure;
  failed.message = redaction_.clean(message);
  failed.element = redaction_.clean(element);
  failed.debug = redaction_.clean(debug);
  report_(std::move(failed));
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

bool Source::push(const uint8_t* pixels, size_t bytes, uint64_t pts_ns) {
  const auto* input = std::get_if<PushInput>(&description_.input);
  if (input == nullptr)
    throw NativeError{"argument", "expected a source of kind push in slot " + std::to_string(place_.slot)};
  if (bytes != push_frame_bytes(*input))
    throw NativeError{"argument", "expected " + std::to_string(push_frame_bytes(*input)) + " bytes of " +
                                      input->format + " pixels, received " + std::to_string(bytes)};
  ElementPtr feed;
  {
    std::lock_guard lock(mutex_);
    if (feed_ == nullptr) return false;
    feed = share(feed_.get());
  }
  return push_frame(feed.get(), *input, pixels, pts_ns);
}

void Source::end_push() {
  ElementPtr feed;
  {
    std::lock_guard lock(mutex_);
    if (feed_ == nullptr) return;
    feed = share(feed_.get());
  }
  gst_app_src_end_of_stream(GST_APP_SRC(feed.get()));
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
  return stats;
}

}  // namespace vedette

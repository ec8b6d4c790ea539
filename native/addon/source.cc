#include "source.h"

#include <gst/app/gstappsrc.h>

#include <utility>

#include "family.h"
#include "frame_feed.h"
#include "front.h"
#include "source_input.h"

namespace vedette {
namespace {

constexpr GstClockTime kStateLimit = 3 * GST_SECOND;
constexpr auto kHaltLimit = std::chrono::milliseconds(500);
constexpr auto kLifecycleLimit = std::chrono::seconds(4);

BorderRules rules_for(const SourceDescription& description) {
  bool is_ours = std::holds_alternative<TestInput>(description.input);
  return {description.policy == Policy::realtime && (is_ours || is_recorded(description.input)),
          is_recorded(description.input),
          description.purpose == Purpose::pictures,
          description.max_analysed_fps,
          description.is_motion_gated,
          description.motion_mask};
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
  if (std::holds_alternative<RtspInput>(description_.input)) {
    listener.on_crossing = [self](uint64_t stream_pts, uint64_t pts) {
      if (auto source = self.lock()) source->sender_clock_.crossed(stream_pts, pts);
    };
  }
  return listener;
}

void Source::build() {
  const FamilyElements& names = elements_of(place_.device.family);
  std::string name = "source-" + std::to_string(place_.slot) + "-" + std::to_string(place_.generation);
  ElementPtr bin(GST_ELEMENT(gst_object_ref_sink(gst_bin_new(name.c_str()))));
  auto add = [&](const char* factory, const char* element_name = "") {
    GstElement* element = make(factory, element_name);
    gst_bin_add(GST_BIN(bin.get()), element);
    return element;
  };
  GstElement* entry = add(names.convert, "entry");
  use(place_.device, entry);
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
  if (place_.device.family == Family::deepstream) {
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
  if (mux_pad != nullptr && elements_of(place_.device.family).flush_mux_pad)
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
    if (!elements_of(place_.device.family).flush_mux_pad) gst_pad_send_event(mux_pad.get(), gst_event_new_eos());
    gst_pad_send_event(mux_pad.get(), gst_event_new_flush_stop(FALSE));
    gst_element_release_request_pad(mux, mux_pad.get());
  }
  if (bin != nullptr && GST_OBJECT_PARENT(bin.get()) != nullptr) gst_bin_remove(GST_BIN(pipeline), bin.get());
  forget();
  return mux_pad != nullptr;
}

void Source::forget() {
  release();
  jitter_buffers_->forget();
  std::lock_guard lock(mutex_);
  bin_.reset();
  entry_.reset();
  mux_pad_.reset();
  feed_.reset();
  rtp_sink_.reset();
  decoder_sink_.reset();
}

bool Source::push(const uint8_t* pixels, size_t bytes, uint64_t pts_ns) {
  const PushInput& input = push_input();
  if (bytes != push_frame_bytes(input))
    throw NativeError{"argument", "expected " + std::to_string(push_frame_bytes(input)) + " bytes of " + input.format +
                                      " pixels, received " + std::to_string(bytes)};
  const ElementPtr into = feed();
  return into != nullptr && push_frame(into.get(), input, pixels, pts_ns);
}

bool Source::push(SamplePtr& frame, uint64_t pts_ns) {
  push_input();
  if (frame == nullptr) throw NativeError{"argument", "expected a decoded picture that was not pushed before"};
  const ElementPtr into = feed();
  return into != nullptr && push_sample(into.get(), frame, pts_ns);
}

const PushInput& Source::push_input() const {
  const auto* input = std::get_if<PushInput>(&description_.input);
  if (input == nullptr)
    throw NativeError{"argument", "expected a source of kind push in slot " + std::to_string(place_.slot)};
  return *input;
}

ElementPtr Source::feed() {
  std::lock_guard lock(mutex_);
  return feed_ == nullptr ? nullptr : share(feed_.get());
}

void Source::end_push() {
  if (const ElementPtr into = feed()) gst_app_src_end_of_stream(GST_APP_SRC(into.get()));
}

}  // namespace vedette

#include "front.h"

#include <gst/app/gstappsrc.h>

#include <array>
#include <cstring>

#include "family.h"
#include "frame_feed.h"
#include "front_wiring.h"

namespace vedette {
namespace {

constexpr guint kHttpLimitSeconds = 10;

struct Codec {
  const char* media;
  const char* name;
};
constexpr std::array<Codec, 7> kCodecs = {{{"video/x-h264", "h264"},
                                           {"video/x-h265", "h265"},
                                           {"image/jpeg", "mjpeg"},
                                           {"video/x-vp8", "vp8"},
                                           {"video/x-vp9", "vp9"},
                                           {"video/x-av1", "av1"},
                                           {"video/x-raw", "raw"}}};

bool is_video(const GstCaps* caps) {
  const gchar* name = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  return std::strncmp(name, "video/", 6) == 0 || std::strncmp(name, "image/", 6) == 0;
}

// Caps that come to the decoder: the stream is negotiated, whether or not a picture ever follows.
void tell_size(Source& source, GstEvent* event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS) return;
  GstCaps* caps = nullptr;
  gst_event_parse_caps(event, &caps);
  gint width = 0, height = 0;
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  if (gst_structure_get_int(structure, "width", &width) && gst_structure_get_int(structure, "height", &height))
    source.linked(static_cast<uint32_t>(width), static_cast<uint32_t>(height));
}

bool is_live(const Source& source) { return std::holds_alternative<RtspInput>(source.description().input); }

// A camera goes on whether or not its frames are decoded: what it sent while this process stood still waits here, and
// how much that may be is the source's to say (backlog.h).
GstElement* waiting_room(GstElement* bin, GstElement* decoder) {
  GstElement* queue = add(bin, "queue");
  g_object_set(queue, "max-size-buffers", 0U, "max-size-bytes", 0U, "max-size-time", guint64{0}, nullptr);
  gst_element_link(queue, decoder);
  gst_element_sync_state_with_parent(queue);
  return queue;
}

// That wait in the element of this pad.
unsigned frames_before(GstPad* pad) {
  const ElementPtr element(gst_pad_get_parent_element(pad));
  guint frames = 0;
  if (element && has_property(element.get(), "current-level-buffers"))
    g_object_get(element.get(), "current-level-buffers", &frames, nullptr);
  return frames;
}

// A short stream of sound may be over before it fails as not linked: its end is then the last that is heard.
void demand_video_at_end(GstPad* pad, const std::shared_ptr<Source>& source) {
  gst_pad_add_probe(
      pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) != GST_EVENT_EOS) return GST_PAD_PROBE_OK;
        if (auto at = locked<Source>(data)) at->demand_video();
        return GST_PAD_PROBE_OK;
      },
      hold(source), &let_go<Source>);
}

}  // namespace

std::string codec_of(const GstCaps* caps) {
  std::string media = gst_structure_get_name(gst_caps_get_structure(caps, 0));
  for (const Codec& codec : kCodecs)
    if (media == codec.media) return codec.name;
  return media;
}

void Front::build(const std::shared_ptr<Source>& source, GstElement* bin, GstElement* entry) {
  const SourceInput& input = source->description_.input;
  if (const auto* rtsp = std::get_if<RtspInput>(&input)) return build_rtsp(source, bin, *rtsp);
  if (const auto* file = std::get_if<FileInput>(&input)) {
    GstElement* origin = add(bin, "filesrc");
    g_object_set(origin, "location", file->path.c_str(), nullptr);
    return build_parsed(source, bin, origin, "parsebin");
  }
  if (const auto* http = std::get_if<HttpInput>(&input)) {
    GstElement* origin = add(bin, "souphttpsrc");
    g_object_set(origin, "location", http->url.c_str(), "timeout", kHttpLimitSeconds, "retries", 0, nullptr);
    if (!http->user.empty())
      g_object_set(origin, "user-id", http->user.c_str(), "user-pw", http->password.c_str(), nullptr);
    return build_parsed(source, bin, origin, "parsebin");
  }
  if (const auto* camera = std::get_if<V4l2Input>(&input)) {
    GstElement* origin = add(bin, "v4l2src");
    g_object_set(origin, "device", camera->device.c_str(), nullptr);
    return build_parsed(source, bin, origin, "decodebin");
  }
  const auto* test = std::get_if<TestInput>(&input);
  GstElement* feed = test != nullptr ? make_test_feed(*test) : make_push_feed(std::get<PushInput>(input));
  gst_bin_add(GST_BIN(bin), feed);
  gst_element_link(feed, entry);
  std::lock_guard lock(source->mutex_);
  source->codec_ = "raw";
  source->feed_ = share(feed);
}

void Front::build_parsed(const std::shared_ptr<Source>& source, GstElement* bin, GstElement* origin,
                         const char* unwrap) {
  GstElement* parser = add(bin, unwrap);
  gst_element_link(origin, parser);
  connect_signal(
      parser, "pad-added",
      +[](GstElement*, GstPad* pad, gpointer data) {
        auto at = locked<Source>(data);
        if (at == nullptr) return;
        CapsPtr caps = caps_of(pad);
        if (!gst_caps_is_empty(caps.get()) && !gst_caps_is_any(caps.get()) && is_video(caps.get()))
          link_stream(*at, pad, caps.get());
        else
          demand_video_at_end(pad, at);
      },
      source);
  demand_video(parser, source);
}

void Front::link_stream(Source& source, GstPad* pad, const GstCaps* caps) {
  ElementPtr bin, entry;
  {
    std::lock_guard lock(source.mutex_);
    if (source.bin_ == nullptr || source.decoder_sink_ != nullptr) return;
    bin = share(source.bin_.get());
    entry = share(source.entry_.get());  // not looked up by name: the bin's children change under a search
  }
  GstElement* first = entry.get();
  std::string codec = codec_of(caps);
  try {
    if (codec != "raw") {
      GstElement* decoder = make_decoder(source.place_.device, caps);
      if (decoder == nullptr)
        return source.fail("unsupported-codec", "expected a decoder for " + codec +
                                                    ", found none: install the GStreamer plugin that decodes it");
      gst_bin_add(GST_BIN(bin.get()), decoder);
      // One camera is one thread: many cameras share the processors well, and frame threads would add delay.
      if (source.description_.policy == Policy::realtime) set(decoder, "max-threads", "1");
      gst_element_link(decoder, entry.get());
      gst_element_sync_state_with_parent(decoder);
      first = is_live(source) ? waiting_room(bin.get(), decoder) : decoder;
    }
    PadPtr in(gst_element_get_static_pad(first, "sink"));
    gst_pad_add_probe(
        in.get(), static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
        [](GstPad* pad, GstPadProbeInfo* info, gpointer data) {
          auto at = locked<Source>(data);
          if (at == nullptr) return GST_PAD_PROBE_OK;
          if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
            return at->takes_encoded(GST_PAD_PROBE_INFO_BUFFER(info), frames_before(pad)) ? GST_PAD_PROBE_OK
                                                                                          : GST_PAD_PROBE_DROP;
          tell_size(*at, GST_PAD_PROBE_INFO_EVENT(info));
          return GST_PAD_PROBE_OK;
        },
        hold(source.shared_from_this()), &let_go<Source>);
    {
      std::lock_guard lock(source.mutex_);
      source.decoder_sink_ = share(in.get());
      source.codec_ = codec;
    }
    // The entry's pad takes the decoder's last; the stream is joined when all behind it is ready.
    if (gst_pad_link(pad, in.get()) != GST_PAD_LINK_OK)
      source.fail("unsupported-codec", "expected a decoder that takes the stream, but " + codec + " did not fit");
  } catch (const NativeError& error) {
    source.fail("unsupported-codec", error.message);
  }
}

}  // namespace vedette

#include "front.h"

#include <gst/app/gstappsrc.h>

#include <array>
#include <cstring>

#include "family.h"
#include "frame_feed.h"

namespace vedette {
namespace {

constexpr guint64 kRtspTcpLimitUs = 10'000'000;
constexpr guint kHttpLimitSeconds = 10;

struct Payload {
  const char* encoding;  // encoding-name of RTP caps
  const char* depayloader;
  const char* parser;  // may be null
};
constexpr std::array<Payload, 7> kPayloads = {{{"H264", "rtph264depay", "h264parse"},
                                               {"H265", "rtph265depay", "h265parse"},
                                               {"JPEG", "rtpjpegdepay", nullptr},
                                               {"VP8", "rtpvp8depay", nullptr},
                                               {"VP9", "rtpvp9depay", nullptr},
                                               {"AV1", "rtpav1depay", "av1parse"},
                                               {"MP4V-ES", "rtpmp4vdepay", "mpeg4videoparse"}}};

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

CapsPtr caps_of(GstPad* pad) {
  CapsPtr caps(gst_pad_get_current_caps(pad));
  if (caps == nullptr) caps.reset(gst_pad_query_caps(pad, nullptr));
  return caps;
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

GstElement* add(GstElement* bin, const char* factory) {
  GstElement* element = make(factory, "");
  gst_bin_add(GST_BIN(bin), element);
  return element;
}

template <typename Callback>
void connect_signal(GstElement* element, const char* signal, Callback callback, const std::shared_ptr<Source>& source) {
  g_signal_connect_data(element, signal, G_CALLBACK(callback), hold(source), &let_go_closure<Source>,
                        static_cast<GConnectFlags>(0));
}

// When all streams have been announced and none was video, this sentence is the failure.
void demand_video(GstElement* demultiplexer, const std::shared_ptr<Source>& source) {
  connect_signal(
      demultiplexer, "no-more-pads",
      +[](GstElement*, gpointer data) {
        if (auto at = locked<Source>(data)) at->demand_video();
      },
      source);
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

// rtspsrc names its pads recv_rtp_src_STREAM_SSRC_PT (rtpbin's template).
std::string stream_of(GstPad* pad) {
  TextPtr text(gst_pad_get_name(pad));
  std::string name = text_of(text.get());
  return name.substr(0, name.rfind('_', name.rfind('_') - 1));
}

void count_packets(Source& source, GstPad* pad) {
  gst_pad_add_probe(
      pad, static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto at = locked<Source>(data);
        if (at == nullptr) return GST_PAD_PROBE_OK;
        bool is_list = (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0;
        at->tally().received(is_list ? gst_buffer_list_calculate_size(GST_PAD_PROBE_INFO_BUFFER_LIST(info))
                                     : gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info)));
        return GST_PAD_PROBE_OK;
      },
      hold(source.shared_from_this()), &let_go<Source>);
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

void Front::build_rtsp(const std::shared_ptr<Source>& source, GstElement* bin, const RtspInput& input) {
  GstElement* origin = add(bin, "rtspsrc");
  g_object_set(origin, "location", input.url.c_str(), "latency", input.latency_ms, "tcp-timeout", kRtspTcpLimitUs,
               nullptr);
  if (!input.user.empty())
    g_object_set(origin, "user-id", input.user.c_str(), "user-pw", input.password.c_str(), nullptr);
  set(origin, "protocols",
      input.transport == Transport::tcp   ? "tcp"
      : input.transport == Transport::udp ? "udp"
                                          : "tcp+udp");
  set(origin, "drop-on-latency", "true");
  set(origin, "teardown-timeout", "100000000");
  // Sound and ONVIF metadata are not even asked for.
  connect_signal(
      origin, "select-stream",
      +[](GstElement*, guint, GstCaps* caps, gpointer) -> gboolean {
        const gchar* media = gst_structure_get_string(gst_caps_get_structure(caps, 0), "media");
        return media != nullptr && std::strcmp(media, "video") == 0;
      },
      source);
  CameraSocket::watch();
  connect_signal(
      origin, "before-send",
      +[](GstElement*, gpointer, gpointer data) -> gboolean {
        if (auto at = locked<Source>(data)) at->socket_.adopt();
        return TRUE;
      },
      source);
  connect_signal(
      origin, "pad-added",
      +[](GstElement*, GstPad* pad, gpointer data) {
        if (auto at = locked<Source>(data)) link_rtp(*at, pad);
      },
      source);
  demand_video(origin, source);
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

void Front::link_rtp(Source& source, GstPad* pad) {
  CapsPtr caps = caps_of(pad);
  const gchar* encoding = gst_structure_get_string(gst_caps_get_structure(caps.get(), 0), "encoding-name");
  std::string wanted = encoding == nullptr ? "" : encoding;
  ElementPtr bin;
  bool is_taken = false;
  {
    std::lock_guard lock(source.mutex_);
    if (source.bin_ == nullptr) return;
    bin = share(source.bin_.get());
    is_taken = source.rtp_sink_ != nullptr;
  }
  if (is_taken) return relink_rtp(source, pad);
  for (const Payload& payload : kPayloads) {
    if (wanted != payload.encoding) continue;
    try {
      GstElement* depayloader = add(bin.get(), payload.depayloader);
      GstElement* last = depayloader;
      if (payload.parser != nullptr) {
        last = add(bin.get(), payload.parser);
        gst_element_link(depayloader, last);
      }
      PadPtr out(gst_element_get_static_pad(last, "src"));
      CapsPtr stream(gst_pad_get_pad_template_caps(out.get()));
      link_stream(source, out.get(), stream.get());
      if (last != depayloader) gst_element_sync_state_with_parent(last);
      gst_element_sync_state_with_parent(depayloader);
      PadPtr in(gst_element_get_static_pad(depayloader, "sink"));
      count_packets(source, in.get());
      {
        std::lock_guard lock(source.mutex_);
        source.rtp_sink_ = share(in.get());
        source.rtp_stream_ = stream_of(pad);
      }
      gst_pad_link(pad, in.get());
    } catch (const NativeError& error) {
      source.fail("unsupported-codec", error.message);
    }
    return;
  }
  source.fail("unsupported-codec", "expected an RTP payload that can be decoded, received '" + wanted + "'");
}

// The camera's encoder began anew under another SSRC, in the same session: rtspsrc makes another pad for it, and the
// old one falls silent.
void Front::relink_rtp(Source& source, GstPad* pad) {
  PadPtr in;
  {
    std::lock_guard lock(source.mutex_);
    if (source.rtp_sink_ == nullptr || source.rtp_stream_ != stream_of(pad)) return;
    in = share(source.rtp_sink_.get());
  }
  PadPtr before(gst_pad_get_peer(in.get()));
  if (before != nullptr) gst_pad_unlink(before.get(), in.get());
  if (gst_pad_link(pad, in.get()) != GST_PAD_LINK_OK)
    source.fail("changed", "the camera sends another codec than before");
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
      GstElement* decoder = make_decoder(source.place_.family, caps);
      if (decoder == nullptr)
        return source.fail("unsupported-codec", "expected a decoder for " + codec +
                                                    ", found none: install the GStreamer plugin that decodes it");
      gst_bin_add(GST_BIN(bin.get()), decoder);
      // One camera is one thread: many cameras share the processors well, and frame threads would add delay.
      if (source.description_.policy == Policy::realtime) set(decoder, "max-threads", "1");
      gst_element_link(decoder, entry.get());
      gst_element_sync_state_with_parent(decoder);
      first = decoder;
    }
    PadPtr in(gst_element_get_static_pad(first, "sink"));
    gst_pad_add_probe(
        in.get(), static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
        [](GstPad*, GstPadProbeInfo* info, gpointer data) {
          auto at = locked<Source>(data);
          if (at == nullptr) return GST_PAD_PROBE_OK;
          if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
            return at->takes_encoded(GST_PAD_PROBE_INFO_BUFFER(info)) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
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

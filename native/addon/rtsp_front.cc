// The front of an RTSP camera: rtspsrc and what unwraps its packets.
#include <array>
#include <cstring>

#include "family.h"
#include "front.h"
#include "front_wiring.h"

namespace vedette {
namespace {

constexpr guint64 kRtspTcpLimitUs = 10'000'000;

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

// rtspsrc names its pads recv_rtp_src_STREAM_SSRC_PT (rtpbin's template).
std::string stream_of(GstPad* pad) {
  TextPtr text(gst_pad_get_name(pad));
  std::string name = text_of(text.get());
  return name.substr(0, name.rfind('_', name.rfind('_') - 1));
}

void watch_packets(Source& source, GstPad* pad) {
  gst_pad_add_probe(
      pad, static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto at = locked<Source>(data);
        if (at == nullptr) return GST_PAD_PROBE_OK;
        if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) == 0) {
          at->takes_packet(GST_PAD_PROBE_INFO_BUFFER(info));
          return GST_PAD_PROBE_OK;
        }
        GstBufferList* packets = GST_PAD_PROBE_INFO_BUFFER_LIST(info);
        for (guint i = 0; i < gst_buffer_list_length(packets); i++) at->takes_packet(gst_buffer_list_get(packets, i));
        return GST_PAD_PROBE_OK;
      },
      hold(source.shared_from_this()), &let_go<Source>);
}

// rtpjitterbuffer hands on the RTCP packet that it was given, where it fits what it knows of the stream.
void take_report(GstElement*, GstStructure* sync, gpointer data) {
  auto at = locked<Source>(data);
  const GValue* report = gst_structure_get_value(sync, "sr-buffer");
  guint64 rtp_time = 0;
  guint clock_hz = 0;
  if (at == nullptr || report == nullptr || !gst_structure_get_uint64(sync, "sr-ext-rtptime", &rtp_time) ||
      rtp_time == G_MAXUINT64 || !gst_structure_get_uint(sync, "clock-rate", &clock_hz))
    return;
  GstMapInfo rtcp;
  if (!gst_buffer_map(gst_value_get_buffer(report), &rtcp, GST_MAP_READ)) return;
  at->sender_clock().report(rtcp.data, rtcp.size, clock_hz, wall_us());
  gst_buffer_unmap(gst_value_get_buffer(report), &rtcp);
}

// rtspsrc makes an rtpbin, and that a jitter buffer for each stream. One way for all versions: reference timestamps on
// buffers are younger (GStreamer 1.22), and not every depayloader and decoder hands them on.
void watch_reports(GstElement* origin, const std::shared_ptr<Source>& source) {
  connect_signal(
      origin, "new-manager",
      +[](GstElement*, GstElement* manager, gpointer data) {
        auto at = locked<Source>(data);
        if (at == nullptr || g_signal_lookup("new-jitterbuffer", G_OBJECT_TYPE(manager)) == 0) return;
        connect_signal(
            manager, "new-jitterbuffer",
            +[](GstElement*, GstElement* buffer, guint, guint, gpointer inner) {
              if (auto owner = locked<Source>(inner)) connect_signal(buffer, "handle-sync", &take_report, owner);
            },
            at);
      },
      source);
}

}  // namespace

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
  // It would throw packets away that come in a burst because this process stood still, and with them the picture up to
  // the next keyframe.
  set(origin, "drop-on-latency", "false");
  set(origin, "teardown-timeout", "100000000");
  source->jitter_buffers_->watch(origin);
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
  watch_reports(origin, source);
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
      watch_packets(source, in.get());
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

}  // namespace vedette

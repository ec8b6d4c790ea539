// A street of RTSP cameras for demo and tests: loops real H.264 footage out of memory over GStreamer's RTSP server.
//
//   camera --port 0 [--auth user:password] [--tls CERT.pem KEY.pem] door=/path/film.mp4 yard=/path/film.mp4,offset=20 …
//
// Prints one line {"port":N} when it listens. Ends with its standard input. A mount may misbehave by script:
//   nokeyframe  sends parameter sets and only delta frames
//   silent      accepts, then sends nothing; it holds up all mounts of its process: give it one of its own
//   h265        sends H.265 (a moving test picture) instead of the file
// clock=SECONDS sets the camera's own clock, which its RTCP sender reports tell, ahead of this machine's.
// Lines on standard input: "pause NAME" and "resume NAME" stop and go on sending, as a hung camera does.
//
// Threads: everything of ours runs on the default main context.
#include <gst/app/app.h>
#include <gst/gst.h>
#include <gst/rtp/gstrtcpbuffer.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Film {
  std::vector<GstBuffer*> frames;  // access units, never freed: the process ends with them
  GstCaps* caps = nullptr;
  GstClockTime duration = 0;
};

struct Mount {
  std::string name;
  std::string script;
  GstClockTime offset = 0;
  int clock_ahead = 0;  // seconds
  const Film* film = nullptr;
  bool paused = false;
};

// One running media: where it is in the film. Lives from media-configure to unprepared, on the main context.
struct Feed {
  const Mount* mount;
  GstElement* appsrc;
  size_t next = 0;
  GstClockTime base = 0;   // stream time at which the current round of the film began
  GstClockTime first = 0;  // film time of the first frame sent
  gint64 began_us = 0;
  guint timer = 0;
};

std::map<std::string, std::unique_ptr<Film>> films;
std::map<std::string, std::unique_ptr<Mount>> mounts;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "camera: %s\n", why.c_str());
  std::exit(1);
}

// Reads a whole film into memory as H.264 access units.
const Film* load(const std::string& path) {
  auto& film = films[path];
  if (film) return film.get();
  film = std::make_unique<Film>();
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch(
      "filesrc name=file ! parsebin ! h264parse config-interval=-1 ! "
      "video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=sink sync=false",
      &error);
  if (pipeline == nullptr) fail(error->message);
  GstElement* file = gst_bin_get_by_name(GST_BIN(pipeline), "file");
  g_object_set(file, "location", path.c_str(), nullptr);
  gst_object_unref(file);
  GstElement* sink = gst_bin_get_by_name(GST_BIN(pipeline), "sink");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  while (GstSample* sample = gst_app_sink_pull_sample(GST_APP_SINK(sink))) {
    GstBuffer* frame = gst_buffer_copy_deep(gst_sample_get_buffer(sample));
    if (film->caps == nullptr) film->caps = gst_caps_ref(gst_sample_get_caps(sample));
    film->duration = GST_BUFFER_PTS(frame) + GST_BUFFER_DURATION(frame);
    film->frames.push_back(frame);
    gst_sample_unref(sample);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(sink);
  gst_object_unref(pipeline);
  if (film->frames.empty()) fail("expected an H.264 film at " + path + ", found none; re-encode it to H.264");
  const GstClockTime begin = GST_BUFFER_PTS(film->frames.front());
  film->duration -= begin;
  return film.get();
}

// Sequence and picture parameter sets of an access unit (H.264 table 7-1) without its slices.
GstBuffer* parameter_sets(GstBuffer* unit) {
  constexpr unsigned kSequence = 7, kPicture = 8;
  GstMapInfo bytes;
  gst_buffer_map(unit, &bytes, GST_MAP_READ);
  std::vector<guint8> kept;
  bool is_kept = false;
  for (gsize i = 0; i < bytes.size; i++) {
    const guint8* at = bytes.data + i;
    if (i + 4 < bytes.size && at[0] == 0 && at[1] == 0 && at[2] == 1)
      is_kept = (at[3] & 0x1FU) == kSequence || (at[3] & 0x1FU) == kPicture;
    if (is_kept) kept.push_back(*at);
  }
  gst_buffer_unmap(unit, &bytes);
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, kept.size(), nullptr);
  gst_buffer_fill(buffer, 0, kept.data(), kept.size());
  return buffer;
}

// Sends, as a live camera does, every frame whose time has come; what falls into a pause is lost.
gboolean send_due(gpointer data) {
  auto* feed = static_cast<Feed*>(data);
  const Film& film = *feed->mount->film;
  const GstClockTime now = static_cast<GstClockTime>(g_get_monotonic_time() - feed->began_us) * GST_USECOND;
  for (;;) {
    GstBuffer* frame = film.frames[feed->next];
    const GstClockTime pts = feed->base + GST_BUFFER_PTS(frame) - GST_BUFFER_PTS(film.frames.front()) - feed->first;
    if (pts > now) return G_SOURCE_CONTINUE;
    if (++feed->next == film.frames.size()) {
      feed->next = 0;
      feed->base += film.duration;
    }
    const bool is_key = !GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT);
    if (feed->mount->paused || feed->mount->script == "silent") continue;
    GstBuffer* copy = feed->mount->script == "nokeyframe" && is_key ? parameter_sets(frame) : gst_buffer_copy(frame);
    GST_BUFFER_PTS(copy) = pts;
    GST_BUFFER_DTS(copy) = pts;
    gst_app_src_push_buffer(GST_APP_SRC(feed->appsrc), copy);
  }
}

// A sender report (RFC 3550, 6.4.1) has the sender's wall clock, in seconds since 1900, at byte 8.
gboolean set_clock(GObject*, GstBuffer* rtcp, gboolean, gpointer data) {
  GstMapInfo bytes;
  if (!gst_buffer_map(rtcp, &bytes, GST_MAP_READWRITE)) return FALSE;
  constexpr gsize kReport = 28;
  if (bytes.size >= kReport && bytes.data[1] == GST_RTCP_TYPE_SR) {
    const auto ahead = static_cast<guint32>(static_cast<const Mount*>(data)->clock_ahead);
    GST_WRITE_UINT32_BE(bytes.data + 8, GST_READ_UINT32_BE(bytes.data + 8) + ahead);
  }
  gst_buffer_unmap(rtcp, &bytes);
  return FALSE;
}

void watch_reports(GstRTSPMedia* media, gpointer data) {
  for (guint i = 0; i < gst_rtsp_media_n_streams(media); i++) {
    GObject* session = gst_rtsp_stream_get_rtpsession(gst_rtsp_media_get_stream(media, i));
    if (session == nullptr) continue;
    g_signal_connect(session, "on-sending-rtcp", G_CALLBACK(set_clock), data);
    g_object_unref(session);
  }
}

void free_feed(Feed* feed) {
  if (feed->timer != 0) g_source_remove(feed->timer);
  gst_object_unref(feed->appsrc);
  delete feed;
}

void configure(GstRTSPMediaFactory*, GstRTSPMedia* media, gpointer data) {
  const auto* mount = static_cast<const Mount*>(data);
  if (mount->clock_ahead != 0) g_signal_connect(media, "prepared", G_CALLBACK(watch_reports), data);
  GstElement* element = gst_rtsp_media_get_element(media);
  GstElement* appsrc = gst_bin_get_by_name_recurse_up(GST_BIN(element), "film");
  gst_object_unref(element);
  if (appsrc == nullptr) return;
  auto* feed = new Feed{mount, appsrc};
  const GstClockTime begin = GST_BUFFER_PTS(mount->film->frames.front());
  for (size_t i = 0; i < mount->film->frames.size(); i++) {
    GstBuffer* frame = mount->film->frames[i];
    if (GST_BUFFER_PTS(frame) - begin < mount->offset) continue;
    if (GST_BUFFER_FLAG_IS_SET(frame, GST_BUFFER_FLAG_DELTA_UNIT)) continue;
    feed->next = i;
    feed->first = GST_BUFFER_PTS(frame) - begin;
    break;
  }
  g_object_set(appsrc, "caps", mount->film->caps, nullptr);
  feed->began_us = g_get_monotonic_time();
  feed->timer = g_timeout_add(5, send_due, feed);
  g_signal_connect_swapped(media, "unprepared", G_CALLBACK(free_feed), feed);
}

void add_mount(GstRTSPMountPoints* points, const std::string& argument, bool has_auth) {
  const size_t equals = argument.find('=');
  if (equals == std::string::npos)
    fail("expected NAME=FILE[,offset=SECONDS][,script=NAME][,clock=SECONDS], received " + argument);
  auto mount = std::make_unique<Mount>();
  mount->name = argument.substr(0, equals);
  std::string rest = argument.substr(equals + 1);
  std::string file = rest.substr(0, rest.find(','));
  for (size_t comma = rest.find(','); comma != std::string::npos; comma = rest.find(',', comma + 1)) {
    const std::string option = rest.substr(comma + 1, rest.find(',', comma + 1) - comma - 1);
    if (option.rfind("offset=", 0) == 0)
      mount->offset = static_cast<GstClockTime>(std::atof(option.c_str() + 7) * GST_SECOND);
    else if (option.rfind("script=", 0) == 0)
      mount->script = option.substr(7);
    else if (option.rfind("clock=", 0) == 0)
      mount->clock_ahead = std::atoi(option.c_str() + 6);
    else
      fail("expected offset=SECONDS, script=NAME or clock=SECONDS, received " + option);
  }
  GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
  if (mount->script == "h265") {
    gst_rtsp_media_factory_set_launch(
        factory,
        "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=10/1 ! "
        "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! rtph265pay name=pay0 config-interval=1 )");
  } else {
    mount->film = load(file);
    gst_rtsp_media_factory_set_launch(factory,
                                      "( appsrc name=film format=time is-live=true max-bytes=8000000 ! h264parse ! "
                                      "rtph264pay name=pay0 config-interval=-1 )");
  }
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  if (has_auth) {
    gst_rtsp_media_factory_add_role(factory, "viewer", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN, TRUE,
                                    GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE, nullptr);
  }
  g_signal_connect(factory, "media-configure", G_CALLBACK(configure), mount.get());
  gst_rtsp_mount_points_add_factory(points, ("/" + mount->name).c_str(), factory);
  mounts[mount->name] = std::move(mount);
}

struct Access {
  std::string credentials;  // user:password, or empty for everybody
  std::string certificate, key;
};

void require(GstRTSPServer* server, const Access& access) {
  GstRTSPAuth* auth = gst_rtsp_auth_new();
  if (!access.credentials.empty()) {
    const size_t colon = access.credentials.find(':');
    if (colon == std::string::npos) fail("expected --auth user:password");
    const std::string user = access.credentials.substr(0, colon);
    const char* password = access.credentials.c_str() + colon + 1;
    GstRTSPToken* token = gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", nullptr);
    gchar* basic = gst_rtsp_auth_make_basic(user.c_str(), password);
    gst_rtsp_auth_add_basic(auth, basic, token);
    gst_rtsp_auth_add_digest(auth, user.c_str(), password, token);
    g_free(basic);
    gst_rtsp_token_unref(token);
  }
  if (!access.certificate.empty()) {
    GError* error = nullptr;
    GTlsCertificate* own = g_tls_certificate_new_from_files(access.certificate.c_str(), access.key.c_str(), &error);
    if (own == nullptr) fail(std::string("expected a certificate and its key as PEM: ") + error->message);
    gst_rtsp_auth_set_tls_certificate(auth, own);
    g_object_unref(own);
  }
  gst_rtsp_server_set_auth(server, auth);
  g_object_unref(auth);
}

gboolean on_command(GIOChannel* input, GIOCondition, gpointer loop) {
  gchar* line = nullptr;
  if (g_io_channel_read_line(input, &line, nullptr, nullptr, nullptr) != G_IO_STATUS_NORMAL) {
    g_main_loop_quit(static_cast<GMainLoop*>(loop));
    return G_SOURCE_REMOVE;
  }
  const std::string command = g_strchomp(line);
  g_free(line);
  const size_t space = command.find(' ');
  const auto found = mounts.find(space == std::string::npos ? "" : command.substr(space + 1));
  if (found == mounts.end())
    std::fprintf(stderr, "camera: expected \"pause NAME\" or \"resume NAME\", received %s\n", command.c_str());
  else
    found->second->paused = command.rfind("pause ", 0) == 0;
  return G_SOURCE_CONTINUE;
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  std::string port = "0";
  Access access;
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    if (argument == "--port" && i + 1 < argc)
      port = argv[++i];
    else if (argument == "--auth" && i + 1 < argc)
      access.credentials = argv[++i];
    else if (argument == "--tls" && i + 2 < argc) {
      access.certificate = argv[++i];
      access.key = argv[++i];
    } else
      arguments.push_back(argument);
  }
  if (arguments.empty()) fail("expected at least one NAME=FILE");
  GstRTSPServer* server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, port.c_str());
  if (!access.credentials.empty() || !access.certificate.empty()) require(server, access);
  GstRTSPMountPoints* points = gst_rtsp_server_get_mount_points(server);
  for (const std::string& argument : arguments) add_mount(points, argument, !access.credentials.empty());
  g_object_unref(points);
  if (gst_rtsp_server_attach(server, nullptr) == 0) fail("cannot listen on 127.0.0.1:" + port + "; is the port taken?");
  std::printf("{\"port\":%d}\n", gst_rtsp_server_get_bound_port(server));
  std::fflush(stdout);
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  GIOChannel* input = g_io_channel_unix_new(STDIN_FILENO);
  g_io_add_watch(input, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), on_command, loop);
  g_main_loop_run(loop);
  return 0;
}

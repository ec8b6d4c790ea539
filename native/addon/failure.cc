#include "failure.h"

#include <gio/gio.h>

#include <array>
#include <memory>
#include <regex>
#include <string_view>

namespace vedette {
namespace {

constexpr guint kConnectLimitSeconds = 2;

using ClientPtr = std::unique_ptr<GSocketClient, Releaser<&g_object_unref>>;
using ConnectionPtr = std::unique_ptr<GSocketConnection, Releaser<&g_object_unref>>;

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// " (404)" (without the space it is a line of source), "(code: 404" or "response: 404" in the words of rtspsrc and
// souphttpsrc of several versions.
int status_in(const std::string& text) {
  static const std::regex pattern(R"((?: \(|code: |response: |error: |status )(40\d|41\d|45\d|46\d|5\d\d)\b)");
  std::smatch match;
  return std::regex_search(text, match, pattern) ? std::stoi(match[1]) : 0;
}

std::string failure_of_status(int status) {
  switch (status) {
    case 0:
      return "";
    case 401:
    case 403:
    case 407:
      return "unauthorized";
    case 404:
    case 410:
    case 454:
      return "not-found";
    case 408:
    case 504:
      return "timeout";
    case 415:
    case 461:
      return "unsupported-codec";
    case 453:
    case 503:
      return "busy";
    default:
      return "network";
  }
}

std::string failure_of_resource(gint code) {
  switch (code) {
    case GST_RESOURCE_ERROR_NOT_FOUND:
      return "not-found";
    case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
      return "unauthorized";
    case GST_RESOURCE_ERROR_BUSY:
    case GST_RESOURCE_ERROR_NO_SPACE_LEFT:
      return "busy";
    case GST_RESOURCE_ERROR_SETTINGS:
      return "unsupported-codec";
    case GST_RESOURCE_ERROR_OPEN_READ:
    case GST_RESOURCE_ERROR_OPEN_WRITE:
    case GST_RESOURCE_ERROR_OPEN_READ_WRITE:
    case GST_RESOURCE_ERROR_READ:
    case GST_RESOURCE_ERROR_WRITE:
    case GST_RESOURCE_ERROR_SYNC:
    case GST_RESOURCE_ERROR_CLOSE:
    case GST_RESOURCE_ERROR_SEEK:
      return "";
    default:
      return "internal";
  }
}

std::string failure_of_stream(gint code) {
  switch (code) {
    case GST_STREAM_ERROR_CODEC_NOT_FOUND:
    case GST_STREAM_ERROR_WRONG_TYPE:
      return "unsupported-codec";
    case GST_STREAM_ERROR_DECRYPT:
    case GST_STREAM_ERROR_DECRYPT_NOKEY:
      return "unauthorized";
    case GST_STREAM_ERROR_TYPE_NOT_FOUND:
    case GST_STREAM_ERROR_DECODE:
    case GST_STREAM_ERROR_DEMUX:
    case GST_STREAM_ERROR_FORMAT:
      return "corrupt";
    default:
      return "internal";
  }
}

}  // namespace

std::string failure_of(const GError& error, const std::string& debug) {
  std::string text = text_of(error.message) + "\n" + debug;
  if (std::string by_status = failure_of_status(status_in(text)); !by_status.empty()) return by_status;
  if (has(text, "ould not receive any UDP packets") || has(text, "imeout while waiting") || has(text, "timed out"))
    return "timeout";
  if (has(text, "Unauthorized")) return "unauthorized";
  if (has(text, "Unacceptable TLS certificate")) return "certificate";
  if (error.domain == GST_RESOURCE_ERROR) return failure_of_resource(error.code);
  if (error.domain == GST_CORE_ERROR)
    return error.code == GST_CORE_ERROR_MISSING_PLUGIN ? "unsupported-codec" : "internal";
  if (error.domain == GST_STREAM_ERROR) {
    // A source that stops in the middle of a picture: the flow error is only the echo of what it said before.
    // souphttpsrc may not tell why a connection did not come about, only that it is at its end.
    if (has(debug, "gst_base_src_loop") && has(debug, "reason error")) return "";
    bool does_not_fit = has(debug, "reason not-negotiated") || has(debug, "reason not-linked");
    return does_not_fit ? "unsupported-codec" : failure_of_stream(error.code);
  }
  return "internal";
}

std::string diagnose(const std::string& url) {
  bool secure = url.rfind("rtsps:", 0) == 0 || url.rfind("https:", 0) == 0;
  ClientPtr client(g_socket_client_new());
  g_socket_client_set_timeout(client.get(), kConnectLimitSeconds);
  g_socket_client_set_tls(client.get(), secure);
  guint16 port = url.rfind("http:", 0) == 0 ? 80 : url.rfind("https:", 0) == 0 ? 443 : secure ? 322 : 554;
  GError* raw = nullptr;
  ConnectionPtr connection(g_socket_client_connect_to_uri(client.get(), url.c_str(), port, nullptr, &raw));
  ErrorPtr error(raw);
  if (connection != nullptr) return "network";
  if (error->domain == G_RESOLVER_ERROR) return "dns";
  if (g_error_matches(error.get(), G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE)) return "certificate";
  if (error->domain != G_IO_ERROR) return "network";
  switch (error->code) {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return "refused";
    case G_IO_ERROR_TIMED_OUT:
      return "timeout";
    case G_IO_ERROR_HOST_NOT_FOUND:
      return "dns";
    default:
      return "network";
  }
}

}  // namespace vedette

#include "source_input.h"

namespace vedette {

std::string user_of(const SourceInput& input) {
  if (const auto* rtsp = std::get_if<RtspInput>(&input)) return rtsp->user;
  if (const auto* http = std::get_if<HttpInput>(&input)) return http->user;
  return "";
}

std::string password_of(const SourceInput& input) {
  if (const auto* rtsp = std::get_if<RtspInput>(&input)) return rtsp->password;
  if (const auto* http = std::get_if<HttpInput>(&input)) return http->password;
  return "";
}

std::string url_of(const SourceInput& input) {
  if (const auto* rtsp = std::get_if<RtspInput>(&input)) return rtsp->url;
  if (const auto* http = std::get_if<HttpInput>(&input)) return http->url;
  return "";
}

bool loops(const SourceInput& input) {
  if (const auto* file = std::get_if<FileInput>(&input)) return file->loop;
  if (const auto* http = std::get_if<HttpInput>(&input)) return http->loop;
  return false;
}

bool is_recorded(const SourceInput& input) {
  return std::holds_alternative<FileInput>(input) || std::holds_alternative<HttpInput>(input);
}

}  // namespace vedette

#include "redaction.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "gst_ptr.h"

namespace vedette {
namespace {

constexpr std::string_view kHidden = "***";
// Of one to three signs, a secret is hidden only where credentials stand: in every other place it is a part of a word.
constexpr size_t kShortest = 4;

// Percent-encoded as encodeURIComponent or GLib would: they differ in which of the marks they leave alone.
std::string percent_encoded(const std::string& text, std::string_view left_alone, const char* digits) {
  std::string out;
  for (unsigned char byte : text) {
    if (std::isalnum(byte) != 0 || left_alone.find(static_cast<char>(byte)) != std::string_view::npos) {
      out += static_cast<char>(byte);
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::string base64(const std::string& text) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < text.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; j++) group = group << 8 | (i + j < text.size() ? static_cast<uint8_t>(text[i + j]) : 0);
    for (size_t j = 0; j < 4; j++) out += i + j <= text.size() ? kAlphabet[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

bool is_word(unsigned char byte) { return std::isalnum(byte) != 0 || byte >= 0x80; }

// A plain word only where it stands alone: to hide "pass" in "password" would spell it out.
void hide(std::string& text, const std::string& secret) {
  bool is_plain = std::all_of(secret.begin(), secret.end(), [](char byte) { return is_word(byte); });
  for (size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    size_t end = at + secret.size();
    bool is_part = is_plain && ((at > 0 && is_word(text[at - 1])) || (end < text.size() && is_word(text[end])));
    if (is_part) {
      at = end;
    } else {
      text.replace(at, secret.size(), kHidden);
      at += kHidden.size();
    }
  }
}

// "scheme://anything@" up to the end of the authority (RFC 3986 3.2).
void hide_user_parts(std::string& text) {
  for (size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    size_t start = at + 3;
    size_t end = text.find_first_of("/?# \t\n\"<>", start);
    size_t mark = text.rfind('@', end == std::string::npos ? end : end - 1);
    if (mark != std::string::npos && mark >= start) text.replace(start, mark - start, kHidden);
  }
}

}  // namespace

Redaction::Redaction(const std::string& user, const std::string& password) {
  for (const std::string& secret : {user, password}) {
    if (secret.size() < kShortest) continue;
    secrets_.push_back(secret);
    TextPtr escaped(g_strescape(secret.c_str(), nullptr));  // as in debug output of GStreamer
    secrets_.push_back(text_of(escaped.get()));
    for (const char* digits : {"0123456789ABCDEF", "0123456789abcdef"})
      for (std::string_view left_alone : {"-_.!~*'()", "-_.~", ""})
        secrets_.push_back(percent_encoded(secret, left_alone, digits));
  }
  if (!user.empty() || !password.empty()) secrets_.push_back(base64(user + ":" + password));
  std::sort(secrets_.begin(), secrets_.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  secrets_.erase(std::unique(secrets_.begin(), secrets_.end()), secrets_.end());
}

std::string Redaction::clean(const std::string& text) const {
  std::string out = text;
  hide_user_parts(out);
  for (const std::string& secret : secrets_) hide(out, secret);
  return out;
}

}  // namespace vedette

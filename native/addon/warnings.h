// Which warnings of elements are news: each text of each element once a minute, whatever numbers stand in it, with how
// often it was held back since. Elements warn once a packet if they like; nobody reads that.
//
// Any thread. Knows neither GStreamer nor JavaScript.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace vedette {

class Warnings {
 public:
  static constexpr int64_t kAgainUs = 60'000'000;
  static constexpr size_t kMost = 256;  // a minute, of all elements together

  // What to say of it now, or nothing. `where`: whose element, and which kind.
  std::optional<std::string> news(const std::string& where, const std::string& text, int64_t now_us);

 private:
  struct Said {
    int64_t at_us;
    uint64_t held_back;
  };
  std::mutex mutex_;  // innermost
  std::map<std::string, Said> said_;
};

}  // namespace vedette

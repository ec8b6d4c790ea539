// GKeyFile-style text, as nvinfer reads it: [group], key=value, # comments. Keeps line numbers for error messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

struct IniEntry {
  std::string file, group, key, value;
  int line;
};

// Throws ConfigError (infer_config.h) for a line that is none of the three.
std::vector<IniEntry> parse_ini(std::string_view text, const std::string& file);

// The parts of "a;b;c", with or without a last semicolon.
std::vector<std::string> ini_list(std::string_view value);
// A number in the C locale, or nothing.
std::optional<float> ini_number(std::string_view value);
std::string_view trimmed(std::string_view text);

}  // namespace vedette

#include "ini.h"

#include <cmath>
#include <locale>
#include <sstream>

#include "infer_config.h"

namespace vedette {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<IniEntry> parse_ini(std::string_view text, const std::string& file) {
  std::vector<IniEntry> entries;
  std::string group;
  int number = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    number++;
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      group = trimmed(line.substr(1, line.size() - 2));
      continue;
    }
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || group.empty()) {
      throw ConfigError(file + ", line " + std::to_string(number) + ": \"" + std::string(line) +
                        "\" is neither [group] nor key=value inside a group");
    }
    entries.push_back({file, group, std::string(trimmed(line.substr(0, equals))),
                       std::string(trimmed(line.substr(equals + 1))), number});
  }
  return entries;
}

std::vector<std::string> ini_list(std::string_view value) {
  std::vector<std::string> parts;
  while (!value.empty()) {
    const size_t end = value.find(';');
    const std::string_view part = trimmed(value.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    value = end == std::string_view::npos ? std::string_view() : value.substr(end + 1);
  }
  return parts;
}

std::optional<float> ini_number(std::string_view value) {
  // Not strtod: the process's locale may want a comma.
  std::istringstream in{std::string(trimmed(value))};
  in.imbue(std::locale::classic());
  double number = 0;
  if (!(in >> number) || !std::isfinite(number) || in.peek() != std::istringstream::traits_type::eof()) {
    return std::nullopt;
  }
  return static_cast<float>(number);
}

}  // namespace vedette

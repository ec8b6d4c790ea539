#include "warnings.h"

#include <cctype>
#include <iterator>

namespace vedette {
namespace {

std::string without_numbers(const std::string& text) {
  std::string plain;
  for (char one : text) {
    bool is_digit = std::isdigit(static_cast<unsigned char>(one)) != 0;
    if (!is_digit)
      plain += one;
    else if (plain.empty() || plain.back() != '#')
      plain += '#';
  }
  return plain;
}

}  // namespace

std::optional<std::string> Warnings::news(const std::string& where, const std::string& text, int64_t now_us) {
  std::string key = where + '\n' + without_numbers(text);
  std::lock_guard lock(mutex_);
  auto before = said_.find(key);
  if (before != said_.end()) {
    Said& said = before->second;
    if (now_us - said.at_us < kAgainUs) {
      said.held_back++;
      return std::nullopt;
    }
    uint64_t more = said.held_back;
    said = {now_us, 0};
    return more == 0 ? text : text + " (and " + std::to_string(more) + " times more since it was last told)";
  }
  if (said_.size() >= kMost)
    for (auto one = said_.begin(); one != said_.end();)
      one = now_us - one->second.at_us >= kAgainUs ? said_.erase(one) : std::next(one);
  if (said_.size() >= kMost) return std::nullopt;
  said_[key] = {now_us, 0};
  return text;
}

}  // namespace vedette

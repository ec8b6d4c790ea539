// Takes a camera's credentials out of text before anybody sees it. Constant after construction: any thread.
#pragma once

#include <string>
#include <vector>

namespace vedette {

class Redaction {
 public:
  Redaction() = default;
  Redaction(const std::string& user, const std::string& password);
  // Also hides the user part of every URL, whoever put it there.
  std::string clean(const std::string& text) const;

 private:
  std::vector<std::string> secrets_;  // longest first
};

}  // namespace vedette

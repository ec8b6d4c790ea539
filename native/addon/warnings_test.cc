#include "warnings.h"

#include <string>

#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int64_t kSecond = 1'000'000;

void once_a_minute() {
  Warnings warnings;
  CHECK(warnings.news("door/h264parse", "broken slice 17", 0) == "broken slice 17");
  for (int i = 1; i < 50; i++)
    CHECK(!warnings.news("door/h264parse", "broken slice " + std::to_string(i), i * kSecond));
  CHECK(warnings.news("door/h264parse", "broken slice 99", 60 * kSecond) ==
        "broken slice 99 (and 49 times more since it was last told)");
  CHECK(warnings.news("door/h264parse", "broken slice 5", 120 * kSecond) == "broken slice 5");
}

void each_text_of_each_element() {
  Warnings warnings;
  CHECK(warnings.news("door/rtspsrc", "no answer", 0).has_value());
  CHECK(warnings.news("yard/rtspsrc", "no answer", 0).has_value());
  CHECK(warnings.news("door/rtspsrc", "late answer", 0).has_value());
  CHECK(!warnings.news("door/rtspsrc", "no answer", 1).has_value());
}

void no_more_than_a_page_of_them() {
  Warnings warnings;
  size_t told = 0;
  for (size_t i = 0; i < 2 * Warnings::kMost; i++)
    if (warnings.news("camera " + std::string(i, 'x'), "no answer", 0)) told++;
  CHECK_EQUAL(told, Warnings::kMost);
  CHECK(warnings.news("one more", "no answer", 61 * kSecond).has_value());
}

}  // namespace

int main() {
  return check::run_all({
      {"the same warning is told once a minute, whatever numbers stand in it", once_a_minute},
      {"each text of each element is told", each_text_of_each_element},
      {"no more than a page of them a minute", no_more_than_a_page_of_them},
  });
}

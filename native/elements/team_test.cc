// Work shared out among threads: all of it once, by members that do one part at a time, and failures that reach the
// caller.
#include "elements/team.h"

#include <atomic>
#include <stdexcept>

#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

void everything_once() {
  for (const size_t size : {1U, 2U, 5U}) {
    Team team(size);
    CHECK_EQUAL(team.size(), size);
    for (const size_t parts : {0U, 1U, 2U, 7U}) {
      for (int round = 0; round < 200; round++) {
        std::vector<std::atomic<int>> done(parts);
        std::vector<std::atomic<int>> busy(size);
        std::atomic<bool> overlapped{false};
        team.each(parts, [&](size_t member, size_t part) {
          if (busy[member]++ != 0) overlapped = true;
          done[part]++;
          busy[member]--;
        });
        for (const std::atomic<int>& one : done) CHECK_EQUAL(one.load(), 1);
        CHECK(!overlapped);
      }
    }
  }
}

void failures() {
  Team team(3);
  std::atomic<int> done{0};
  std::string message;
  try {
    team.each(10, [&](size_t, size_t part) {
      done++;
      if (part == 4) throw std::runtime_error("part four");
    });
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  CHECK_EQUAL(message, "part four");
  CHECK_EQUAL(done.load(), 10);
  team.each(5, [&](size_t, size_t) { done++; });
  CHECK_EQUAL(done.load(), 15);
}

}  // namespace

int main() {
  return check::run_all({
      {"each part is done once, by members that do one at a time", everything_once},
      {"a failure reaches the caller when all parts are done, and the team goes on", failures},
  });
}

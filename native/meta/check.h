// A test is a function named by a sentence; CHECK reports what it saw and lets the others run.
#pragma once

#include <cstdio>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace vedette::check {

struct Test {
  const char* name;
  std::function<void()> run;
};
inline int failures = 0;

template <typename A, typename B>
void equal(const A& found, const B& expected, const char* what, const char* file, int line) {
  if (found == expected) return;
  std::ostringstream text;
  text << file << ":" << line << ": " << what << " is " << found << ", expected " << expected;
  std::fprintf(stderr, "    %s\n", text.str().c_str());
  failures++;
}

inline void near(double found, double expected, double by, const char* what, const char* file, int line) {
  if (found >= expected - by && found <= expected + by) return;
  std::fprintf(stderr, "    %s:%d: %s is %g, expected %g within %g\n", file, line, what, found, expected, by);
  failures++;
}

inline int run_all(const std::vector<Test>& tests) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  int failed = 0;
  for (const Test& test : tests) {
    failures = 0;
    test.run();
    std::printf("%s %s\n", failures == 0 ? "ok  " : "FAIL", test.name);
    failed += failures > 0 ? 1 : 0;
  }
  std::printf("%zu passed, %d failed\n", tests.size() - static_cast<size_t>(failed), failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace vedette::check

#define CHECK(condition) vedette::check::equal(static_cast<bool>(condition), true, #condition, __FILE__, __LINE__)
#define CHECK_EQUAL(found, expected) vedette::check::equal(found, expected, #found, __FILE__, __LINE__)
#define CHECK_NEAR(found, expected, by) vedette::check::near(found, expected, by, #found, __FILE__, __LINE__)

#include "load_aside.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

namespace vedette {
namespace {

std::atomic<int> under_way{0};

void leave_at_once(int status, void*) {
  if (under_way == 0) return;
  std::fflush(nullptr);
  _exit(status);
}

}  // namespace

void load_aside(std::function<void()> work) {
  // Handlers run from the last to the first: each time anew, so that this one comes before those of the libraries that
  // were loaded since.
  on_exit(leave_at_once, nullptr);
  under_way++;
  std::thread([work = std::move(work)]() mutable {
    work();
    work = nullptr;  // what it holds goes before it counts as over
    under_way--;
  }).detach();
}

}  // namespace vedette

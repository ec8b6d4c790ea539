#include "main_loop.h"

#include <glib.h>

#include <mutex>
#include <thread>

namespace vedette {

void run_main_loop() {
  static std::once_flag once;
  std::call_once(once, [] { std::thread([] { g_main_loop_run(g_main_loop_new(nullptr, FALSE)); }).detach(); });
}

}  // namespace vedette

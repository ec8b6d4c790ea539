#include "main_loop.h"

#include <mutex>

namespace vedette {

std::shared_ptr<MainLoop> MainLoop::acquire() {
  // There is one default context in a process, whatever we do: so these two are process-wide with it.
  static std::mutex mutex;
  static std::weak_ptr<MainLoop> current;
  std::lock_guard lock(mutex);
  std::shared_ptr<MainLoop> loop = current.lock();
  if (loop == nullptr) current = loop = std::shared_ptr<MainLoop>(new MainLoop());
  return loop;
}

MainLoop::MainLoop() : loop_(g_main_loop_new(nullptr, FALSE)) {
  thread_ = std::thread([loop = loop_] { g_main_loop_run(loop); });
}

MainLoop::~MainLoop() {
  // As a source of the loop itself: a quit before the thread has entered run() would be lost.
  g_idle_add(
      [](gpointer loop) -> gboolean {
        g_main_loop_quit(static_cast<GMainLoop*>(loop));
        return G_SOURCE_REMOVE;
      },
      loop_);
  if (thread_.get_id() == std::this_thread::get_id())
    thread_.detach();
  else
    thread_.join();
  g_main_loop_unref(loop_);
}

}  // namespace vedette

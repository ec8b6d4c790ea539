// GLib's default main context on a thread of its own, as long as somebody keeps one of these: some elements (rtspsrc's
// and NVIDIA's sources, souphttpsrc) put timers there, and Node runs no GLib loop.
#pragma once

#include <glib.h>

#include <memory>
#include <thread>

namespace vedette {

class MainLoop {
 public:
  // The one of this process, shared by all its pipelines.
  static std::shared_ptr<MainLoop> acquire();
  ~MainLoop();

 private:
  MainLoop();
  GMainLoop* loop_;
  std::thread thread_;
};

}  // namespace vedette

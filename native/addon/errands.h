// Work that may block (connecting, removing, stopping) on short-lived threads of its own, never on a streaming, libuv
// or JavaScript thread. A thread that hangs is given up, not waited for: it owns all it touches.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace vedette {

class Errands {
 public:
  void run(std::function<void()> errand);
  // False: some were still at work when the limit had passed.
  bool finish(std::chrono::milliseconds limit);

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable idle;
    int running = 0;
  };
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace vedette

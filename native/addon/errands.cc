#include "errands.h"

#include <thread>
#include <utility>

namespace vedette {

void Errands::run(std::function<void()> errand) {
  {
    std::lock_guard lock(shared_->mutex);
    shared_->running++;
  }
  std::thread([shared = shared_, errand = std::move(errand)]() mutable {
    errand();
    errand = nullptr;  // what it owned ends here, before finish() can return
    std::lock_guard lock(shared->mutex);
    shared->running--;
    shared->idle.notify_all();
  }).detach();
}

bool Errands::finish(std::chrono::milliseconds limit) {
  std::unique_lock lock(shared_->mutex);
  return shared_->idle.wait_for(lock, limit, [this] { return shared_->running == 0; });
}

}  // namespace vedette

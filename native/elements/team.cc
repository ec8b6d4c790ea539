#include "team.h"

namespace vedette {

Team::Team(size_t size) {
  for (size_t member = 1; member < size; member++) threads_.emplace_back([this, member] { serve(member); });
}

Team::~Team() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  begun_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Team::each(size_t parts, const std::function<void(size_t, size_t)>& work) {
  std::unique_lock<std::mutex> lock(mutex_);
  work_ = &work;
  parts_ = parts;
  next_ = 0;
  finished_ = 0;
  failure_ = nullptr;
  if (parts > 1) begun_.notify_all();
  take_parts(0, lock);
  done_.wait(lock, [this] { return finished_ == parts_; });
  if (failure_) std::rethrow_exception(failure_);
}

void Team::serve(size_t member) {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    begun_.wait(lock, [this] { return ending_ || next_ < parts_; });
    if (ending_) return;
    take_parts(member, lock);
  }
}

void Team::take_parts(size_t member, std::unique_lock<std::mutex>& lock) {
  while (next_ < parts_) {
    const size_t part = next_++;
    lock.unlock();
    std::exception_ptr failure;
    try {
      (*work_)(member, part);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && !failure_) failure_ = failure;
    if (++finished_ == parts_) done_.notify_one();
  }
}

}  // namespace vedette

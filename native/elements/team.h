// A few threads that do the parts of one job at the same time; the caller is one of them.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace vedette {

class Team {
 public:
  explicit Team(size_t size);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  size_t size() const { return threads_.size() + 1; }
  // Calls `work(member, part)` for each part; a member (0 … size - 1) does one part at a time. Returns when all are
  // done; rethrows the first exception.
  void each(size_t parts, const std::function<void(size_t member, size_t part)>& work);

 private:
  void serve(size_t member);
  // With the lock held, which it gives up while a part is worked on.
  void take_parts(size_t member, std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable begun_, done_;
  const std::function<void(size_t, size_t)>* work_ = nullptr;
  size_t parts_ = 0, next_ = 0, finished_ = 0;
  bool ending_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace vedette

// The RTSP connection of one source, so that it can be cut from outside.
//
// rtspsrc can be interrupted only between two messages (gst_rtsp_connection_receive_usec): a camera that sends one byte
// now and then holds it, and with it the source's pad of the mux, for as long as it likes. What ends that is the end of
// the socket.
//
// adopt() on rtspsrc's own thread, cut() on any.
#pragma once

#include <gio/gio.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "gst_ptr.h"

namespace vedette {

using SocketPtr = std::unique_ptr<GSocket, Releaser<&g_object_unref>>;

class CameraSocket {
 public:
  // Before the first connection is made: from then on each thread knows the socket that it connected last.
  static void watch();
  // The socket that this thread connected last is the source's.
  void adopt();
  void cut();

 private:
  std::mutex mutex_;  // innermost
  SocketPtr socket_;
};

// Cuts the socket when its scope has not ended after a time, and again until it has: rtspsrc may connect once more to
// say goodbye.
class Scissors {
 public:
  explicit Scissors(CameraSocket& socket);
  ~Scissors();
  Scissors(const Scissors&) = delete;
  Scissors& operator=(const Scissors&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace vedette

// The way to JavaScript of one pipeline: its outbox, the callbacks, and the thread-safe function that only wakes.
// Frames wake it at most once in `frame_pace_ms`: waking a process costs more than reading what has come meanwhile.
//
// Made, opened and closed on the JavaScript thread; the outbox is for any thread.
#pragma once

#include <napi.h>

#include <cstdint>
#include <map>
#include <memory>

#include "outbox.h"

namespace vedette {

class EventQueue : public std::enable_shared_from_this<EventQueue> {
 public:
  // `handlers` as PipelineHandlers in ../index.ts.
  static std::shared_ptr<EventQueue> open(Napi::Env env, const Napi::Object& handlers, uint32_t frame_pace_ms);
  const std::shared_ptr<Outbox>& outbox() const { return outbox_; }

  void set_tap(uint64_t id, Napi::Function on_picture);
  void drop_tap(uint64_t id) { taps_.erase(id); }
  // While held, Node does not exit.
  void keep_alive(bool is_kept);
  bool is_closed() const { return is_closed_; }
  // What is waiting is delivered, then nothing more.
  void close();

 private:
  EventQueue() = default;
  void deliver(Napi::Env env);
  void pace(Napi::Env env);
  void call(Napi::Env env, const Napi::FunctionReference& function, napi_value argument);

  std::shared_ptr<Outbox> outbox_;
  Napi::ThreadSafeFunction wake_;
  Napi::FunctionReference on_frames_, on_source_, on_stats_, on_error_, set_timeout_, resume_;
  std::map<uint64_t, Napi::FunctionReference> taps_;
  WaitingFrames frames_;
  uint32_t frame_pace_ms_ = 0;
  bool is_closed_ = false;
};

}  // namespace vedette

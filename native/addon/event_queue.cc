#include "event_queue.h"

#include "from_js.h"
#include "to_js.h"

namespace vedette {
namespace {

Napi::FunctionReference handler(const Napi::Object& handlers, const char* name) {
  Napi::Value value = handlers.Get(name);
  if (!value.IsFunction()) throw NativeError{"argument", std::string("expected a function for handlers.") + name};
  return Napi::Persistent(value.As<Napi::Function>());
}

}  // namespace

std::shared_ptr<EventQueue> EventQueue::open(Napi::Env env, const Napi::Object& handlers, uint32_t frame_pace_ms) {
  std::shared_ptr<EventQueue> queue(new EventQueue());
  queue->frame_pace_ms_ = frame_pace_ms;
  queue->on_frames_ = handler(handlers, "frames");
  queue->on_source_ = handler(handlers, "source");
  queue->on_stats_ = handler(handlers, "stats");
  queue->on_error_ = handler(handlers, "error");
  Napi::Function nothing = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  // A queue of one: full means that JavaScript is already on its way.
  queue->wake_ = Napi::ThreadSafeFunction::New(env, nothing, "vedette", 1, 1);
  queue->wake_.Unref(env);
  std::weak_ptr<EventQueue> self = queue;
  queue->set_timeout_ = Napi::Persistent(env.Global().Get("setTimeout").As<Napi::Function>());
  queue->resume_ = Napi::Persistent(Napi::Function::New(env, [self](const Napi::CallbackInfo& call) {
    auto alive = self.lock();
    if (alive == nullptr || alive->is_closed_) return;
    if (alive->outbox_->resume_frames()) alive->deliver(call.Env());
  }));
  queue->outbox_ = std::make_shared<Outbox>([self, wake = queue->wake_] {
    wake.NonBlockingCall([self](Napi::Env at, Napi::Function) {
      if (auto alive = self.lock()) alive->deliver(at);
    });
  });
  return queue;
}

void EventQueue::set_tap(uint64_t id, Napi::Function on_picture) { taps_[id] = Napi::Persistent(on_picture); }

void EventQueue::keep_alive(bool is_kept) {
  if (is_closed_) return;
  Napi::Env env = on_frames_.Env();
  if (is_kept)
    wake_.Ref(env);
  else
    wake_.Unref(env);
}

void EventQueue::call(Napi::Env env, const Napi::FunctionReference& function, napi_value argument) {
  Napi::HandleScope scope(env);
  try {
    function.Call({argument});
  } catch (const Napi::Error& error) {
    // A handler that throws is a bug in its owner: uncaught there, and the other reports still arrive.
    napi_fatal_exception(env, error.Value());
  }
}

void EventQueue::deliver(Napi::Env env) {
  if (is_closed_) return;
  Napi::HandleScope scope(env);
  std::shared_ptr<EventQueue> self = shared_from_this();
  Outbox::Contents contents;
  outbox_->take(frames_, contents);
  for (const Task& task : contents.tasks) task();
  for (const Report& report : contents.reports) {
    if (const auto* event = std::get_if<SourceEvent>(&report)) call(env, on_source_, event_to_js(env, *event));
    if (const auto* error = std::get_if<PipelineError>(&report)) call(env, on_error_, error_to_js(env, *error));
  }
  if (!frames_.index.empty() || frames_.dropped > 0) {
    call(env, on_frames_, frames_to_js(env, frames_));
    pace(env);
  }
  for (const auto& [id, picture] : contents.pictures) {
    auto tap = taps_.find(id);
    if (tap != taps_.end()) call(env, tap->second, picture_to_js(env, picture));
  }
  if (contents.stats) call(env, on_stats_, stats_to_js(env, *contents.stats));
}

void EventQueue::pace(Napi::Env env) {
  if (frame_pace_ms_ == 0 || is_closed_ || !outbox_->hold_frames()) return;
  try {
    Napi::Value timer = set_timeout_.Call({resume_.Value(), Napi::Number::New(env, frame_pace_ms_)});
    // Keeping the process alive is keep_alive()'s.
    timer.As<Napi::Object>().Get("unref").As<Napi::Function>().Call(timer, {});
  } catch (const Napi::Error&) {
    // JavaScript is ending.
    outbox_->resume_frames();
  }
}

void EventQueue::close() {
  if (is_closed_) return;
  deliver(on_frames_.Env());
  is_closed_ = true;
  resume_.Reset();
  outbox_->close();
  taps_.clear();
  wake_.Release();
}

}  // namespace vedette

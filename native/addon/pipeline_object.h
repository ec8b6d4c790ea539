// `Pipeline` of ../index.ts: the only file where C++ exceptions become JavaScript's. JavaScript thread.
//
// It keeps itself alive while the pipeline runs; collected without a stop(), it stops.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "event_queue.h"
#include "pipeline.h"

namespace vedette {

class PipelineObject : public Napi::ObjectWrap<PipelineObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit PipelineObject(const Napi::CallbackInfo& info);
  ~PipelineObject() override;

 private:
  Napi::Value start(const Napi::CallbackInfo& info);
  Napi::Value add_source(const Napi::CallbackInfo& info);
  Napi::Value remove_source(const Napi::CallbackInfo& info);
  Napi::Value set_interval(const Napi::CallbackInfo& info);
  Napi::Value set_push_timeout(const Napi::CallbackInfo& info);
  Napi::Value set_held(const Napi::CallbackInfo& info);
  Napi::Value set_max_analysed_fps(const Napi::CallbackInfo& info);
  Napi::Value update_model(const Napi::CallbackInfo& info);
  Napi::Value tap(const Napi::CallbackInfo& info);
  Napi::Value snapshot(const Napi::CallbackInfo& info);
  Napi::Value push(const Napi::CallbackInfo& info);
  Napi::Value end_push(const Napi::CallbackInfo& info);
  Napi::Value graph(const Napi::CallbackInfo& info);
  Napi::Value stop(const Napi::CallbackInfo& info);

  std::shared_ptr<EventQueue> queue_;
  std::shared_ptr<Pipeline> pipeline_;
  bool is_stop_asked_ = false;
  std::vector<Napi::Promise::Deferred> stops_;  // who waits for its end
};

}  // namespace vedette

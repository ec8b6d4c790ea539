#include "pipeline_object.h"

#include "addon_data.h"
#include "decoded_picture.h"
#include "from_js.h"
#include "to_js.h"

namespace vedette {
namespace {

using Deferred = Napi::Promise::Deferred;

// Runs `body`; a NativeError is thrown as a JavaScript error.
template <typename Body>
auto guarded(Napi::Env env, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const NativeError& error) {
    throw error_to_throw(env, error.code, error.message);
  }
}

// A promise that another thread settles, by way of the outbox. `settle` runs on the JavaScript thread.
std::function<void(std::function<void(const Deferred&)>)> settler(const std::shared_ptr<EventQueue>& queue,
                                                                  const Deferred& deferred) {
  return [outbox = queue->outbox(), deferred](std::function<void(const Deferred&)> settle) {
    outbox->put_task([deferred, settle = std::move(settle)] {
      Napi::HandleScope scope(deferred.Env());
      settle(deferred);
    });
  };
}

Pipeline::Done done_with(const std::shared_ptr<EventQueue>& queue, const Deferred& deferred) {
  return [later = settler(queue, deferred)](const std::optional<NativeError>& error) {
    later([error](const Deferred& at) {
      if (error)
        at.Reject(error_to_throw(at.Env(), error->code, error->message).Value());
      else
        at.Resolve(at.Env().Undefined());
    });
  };
}

uint32_t slot_from_js(const Napi::Value& value) { return whole_from_js(value, "slot", 0, 255); }

}  // namespace

Napi::Function PipelineObject::define(Napi::Env env) {
  return DefineClass(
      env, "Pipeline",
      {InstanceMethod("start", &PipelineObject::start), InstanceMethod("addSource", &PipelineObject::add_source),
       InstanceMethod("removeSource", &PipelineObject::remove_source),
       InstanceMethod("setInterval", &PipelineObject::set_interval),
       InstanceMethod("setBatchedPushTimeout", &PipelineObject::set_push_timeout),
       InstanceMethod("setHeld", &PipelineObject::set_held),
       InstanceMethod("setMaxAnalysedFps", &PipelineObject::set_max_analysed_fps),
       InstanceMethod("updateModel", &PipelineObject::update_model), InstanceMethod("tap", &PipelineObject::tap),
       InstanceMethod("snapshot", &PipelineObject::snapshot), InstanceMethod("push", &PipelineObject::push),
       InstanceMethod("endPush", &PipelineObject::end_push), InstanceMethod("graph", &PipelineObject::graph),
       InstanceMethod("stop", &PipelineObject::stop)});
}

PipelineObject::PipelineObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<PipelineObject>(info) {
  guarded(info.Env(), [&] {
    load_gstreamer();
    PipelineDescription description = pipeline_from_js(info[0]);
    queue_ = EventQueue::open(info.Env(), object_at(info[1], "handlers"), frame_pace_from_js(info[0]));
    auto pipeline = std::make_shared<Pipeline>(std::move(description), queue_->outbox());
    try {
      pipeline->build();
    } catch (const NativeError&) {
      queue_->close();
      throw;
    }
    pipeline_ = std::move(pipeline);
    addon_data(info.Env()).pipelines.add(pipeline_);
  });
}

PipelineObject::~PipelineObject() {
  if (pipeline_ != nullptr && !is_stop_asked_) {
    queue_->outbox()->close();
    pipeline_->stop(nullptr);
  }
}

Napi::Value PipelineObject::start(const Napi::CallbackInfo& info) {
  Deferred deferred = Deferred::New(info.Env());
  queue_->keep_alive(true);
  Ref();
  pipeline_->start(done_with(queue_, deferred));
  return deferred.Promise();
}

Napi::Value PipelineObject::add_source(const Napi::CallbackInfo& info) {
  Deferred deferred = Deferred::New(info.Env());
  try {
    auto [slot, generation] = pipeline_->add_source(source_from_js(info[0]));
    Napi::Object place = Napi::Object::New(info.Env());
    place.Set("slot", slot);
    place.Set("generation", generation);
    deferred.Resolve(place);
  } catch (const NativeError& error) {
    deferred.Reject(error_to_throw(info.Env(), error.code, error.message).Value());
  }
  return deferred.Promise();
}

Napi::Value PipelineObject::remove_source(const Napi::CallbackInfo& info) {
  uint32_t slot = guarded(info.Env(), [&] { return slot_from_js(info[0]); });
  Deferred deferred = Deferred::New(info.Env());
  if (is_stop_asked_)
    deferred.Resolve(info.Env().Undefined());
  else
    pipeline_->remove_source(slot, done_with(queue_, deferred));
  return deferred.Promise();
}

Napi::Value PipelineObject::set_interval(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    pipeline_->set_interval(whole_from_js(info[0], "stage", 1, 255), whole_from_js(info[1], "interval", 0, 0x7fffffff));
  });
  return info.Env().Undefined();
}

Napi::Value PipelineObject::set_push_timeout(const Napi::CallbackInfo& info) {
  guarded(info.Env(),
          [&] { pipeline_->set_push_timeout(whole_from_js(info[0], "batchedPushTimeoutUs", 1, 0x7fffffff)); });
  return info.Env().Undefined();
}

Napi::Value PipelineObject::set_held(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] { pipeline_->set_held(whole_from_js(info[0], "stage", 1, 255), info[1].ToBoolean()); });
  return info.Env().Undefined();
}

Napi::Value PipelineObject::set_max_analysed_fps(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] { pipeline_->set_max_analysed_fps(slot_from_js(info[0]), number_from_js(info[1], "fps")); });
  return info.Env().Undefined();
}

Napi::Value PipelineObject::update_model(const Napi::CallbackInfo& info) {
  Deferred deferred = Deferred::New(info.Env());
  try {
    pipeline_->update_model(whole_from_js(info[0], "stage", 1, 255), model_update_from_js(info[1]),
                            done_with(queue_, deferred));
  } catch (const NativeError& error) {
    deferred.Reject(error_to_throw(info.Env(), error.code, error.message).Value());
  }
  return deferred.Promise();
}

Napi::Value PipelineObject::tap(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, [&]() -> Napi::Value {
    Napi::Object options = object_at(info[0], "options");
    if (!info[1].IsFunction()) throw NativeError{"argument", "expected a function for onPicture"};
    uint64_t id = pipeline_->tap(slot_from_js(options.Get("slot")), picture_request_from_js(options, nullptr));
    queue_->set_tap(id, info[1].As<Napi::Function>());
    Napi::Object tap = Napi::Object::New(env);
    tap.Set("close", Napi::Function::New(env, [id, queue = queue_,
                                               pipeline = std::weak_ptr(pipeline_)](const Napi::CallbackInfo& call) {
              queue->drop_tap(id);
              if (auto alive = pipeline.lock()) alive->untap(id);
              return call.Env().Undefined();
            }));
    return tap;
  });
}

Napi::Value PipelineObject::snapshot(const Napi::CallbackInfo& info) {
  Deferred deferred = Deferred::New(info.Env());
  try {
    Napi::Object options = object_at(info[0], "options");
    uint32_t limit_ms = whole_from_js(options.Get("limitMs"), "limitMs", 1, 600'000);
    pipeline_->snapshot(slot_from_js(options.Get("slot")), picture_request_from_js(options, "JPEG"),
                        std::chrono::milliseconds(limit_ms),
                        [later = settler(queue_, deferred), limit_ms](std::optional<Picture> picture) {
                          auto shared = std::make_shared<std::optional<Picture>>(std::move(picture));
                          later([shared, limit_ms](const Deferred& at) {
                            if (*shared) return at.Resolve(picture_to_js(at.Env(), **shared));
                            at.Reject(error_to_throw(at.Env(), "internal",
                                                     "expected a decoded frame within " + std::to_string(limit_ms) +
                                                         " ms, none came: look at the source's events")
                                          .Value());
                          });
                        });
  } catch (const NativeError& error) {
    deferred.Reject(error_to_throw(info.Env(), error.code, error.message).Value());
  }
  return deferred.Promise();
}

Napi::Value PipelineObject::push(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    if (!info[2].IsBigInt()) throw NativeError{"argument", "expected a bigint for ptsNs"};
    bool is_lossless = true;
    uint64_t pts_ns = info[2].As<Napi::BigInt>().Uint64Value(&is_lossless);
    if (SamplePtr* decoded = decoded_picture_from_js(info[1]))
      return Napi::Boolean::New(info.Env(), pipeline_->push(slot_from_js(info[0]), *decoded, pts_ns));
    if (!info[1].IsTypedArray()) throw NativeError{"argument", "expected a Uint8Array of pixels, or a decoded picture"};
    auto pixels = info[1].As<Napi::Uint8Array>();
    return Napi::Boolean::New(info.Env(),
                              pipeline_->push(slot_from_js(info[0]), pixels.Data(), pixels.ByteLength(), pts_ns));
  });
}

Napi::Value PipelineObject::end_push(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] { pipeline_->end_push(slot_from_js(info[0])); });
  return info.Env().Undefined();
}

Napi::Value PipelineObject::graph(const Napi::CallbackInfo& info) {
  Deferred deferred = Deferred::New(info.Env());
  if (is_stop_asked_)
    deferred.Resolve(Napi::String::New(info.Env(), ""));
  else
    pipeline_->draw([later = settler(queue_, deferred)](std::string text) {
      later([text = std::move(text)](const Deferred& at) { at.Resolve(Napi::String::New(at.Env(), text)); });
    });
  return deferred.Promise();
}

Napi::Value PipelineObject::stop(const Napi::CallbackInfo& info) {
  Deferred deferred = Deferred::New(info.Env());
  if (queue_->is_closed()) {
    deferred.Resolve(info.Env().Undefined());
    return deferred.Promise();
  }
  // One stop for all who ask: the queue that tells of it closes with it.
  stops_.push_back(deferred);
  if (std::exchange(is_stop_asked_, true)) return deferred.Promise();
  bool was_started = pipeline_->state() > PipelineState::made;
  queue_->keep_alive(true);
  pipeline_->stop([this, later = settler(queue_, deferred), queue = queue_, was_started] {
    later([this, queue, was_started](const Deferred& at) {
      for (const Deferred& stop : stops_) stop.Resolve(at.Env().Undefined());
      stops_.clear();
      queue->close();
      if (was_started) Unref();
    });
  });
  return deferred.Promise();
}

}  // namespace vedette

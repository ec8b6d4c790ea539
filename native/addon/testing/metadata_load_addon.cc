// metadata_load.node, nothing that ships: a MetadataLoad for TypeScript. `openLoad(plan, handlers)`, see
// test/bench/metadata_addon.ts.
#include <napi.h>

#include "../event_queue.h"
#include "../from_js.h"
#include "metadata_load.h"

namespace vedette {
namespace {

struct OpenLoad {
  std::shared_ptr<EventQueue> queue;
  MetadataLoad load;
};

Napi::Value add(const Napi::CallbackInfo& info, OpenLoad& open) {
  try {
    auto [slot, generation] = open.load.add(source_from_js(info[0]));
    Napi::Object place = Napi::Object::New(info.Env());
    place.Set("slot", slot);
    place.Set("generation", generation);
    return place;
  } catch (const NativeError& error) {
    throw error_to_throw(info.Env(), error.code, error.message);
  }
}

Napi::Value spent(const Napi::CallbackInfo& info, OpenLoad& open) {
  MetadataLoad::Spent seconds = open.load.spent();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("totalS", seconds.total);
  object.Set("readingS", seconds.reading);
  return object;
}

Napi::Value open_load(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  gst_init(nullptr, nullptr);
  try {
    Napi::Object plan = object_at(info[0], "plan");
    auto whole = [&](const char* key) { return whole_from_js(plan.Get(key), key, 1, 100'000); };
    auto queue = EventQueue::open(env, object_at(info[1], "handlers"), frame_pace_from_js(info[0]));
    queue->keep_alive(true);
    std::string abi = plan.Has("abi") ? plan.Get("abi").ToString().Utf8Value() : "D";
    const meta::Offsets* table = meta::offsets_by_name(abi);
    if (table == nullptr) throw NativeError{"argument", "expected A0, A, B, C or D for abi, received " + abi};
    LoadPlan wanted{whole("cameras"),     whole("fps"), whole("objects"),
                    whole("batchFrames"), table,        plan.Get("hasParts").ToBoolean()};
    std::shared_ptr<OpenLoad> open(new OpenLoad{queue, {wanted, queue->outbox()}});
    Napi::Object load = Napi::Object::New(env);
    auto method = [&](const char* name, auto body) {
      load.Set(name, Napi::Function::New(env, [open, body](const Napi::CallbackInfo& call) -> Napi::Value {
                 return body(call, *open);
               }));
    };
    method("add", add);
    method("spent", spent);
    method("run", [](const Napi::CallbackInfo& call, OpenLoad& at) -> Napi::Value {
      at.load.run(call[0].ToBoolean());
      return call.Env().Undefined();
    });
    return load;
  } catch (const NativeError& error) {
    throw error_to_throw(env, error.code, error.message);
  }
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("openLoad", Napi::Function::New(env, open_load));
  return exports;
}

}  // namespace
}  // namespace vedette

namespace {

Napi::Object register_load(Napi::Env env, Napi::Object exports) { return vedette::init(env, exports); }

}  // namespace

NODE_API_MODULE(metadata_load, register_load)

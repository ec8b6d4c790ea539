// The addon as a table: `NativeAddon` of ../index.ts.
#include <napi.h>

#include <future>

#include "addon_data.h"
#include "capabilities.h"
#include "from_js.h"
#include "pipeline_object.h"
#include "test_pattern.h"
#include "to_js.h"

namespace vedette {
namespace {

constexpr auto kStopAllLimit = std::chrono::seconds(5);

Napi::Value capabilities(const Napi::CallbackInfo& info) { return capabilities_to_js(info.Env(), ask_capabilities()); }

// Null when it opened, else why not.
Napi::Value try_to_open(const Napi::CallbackInfo& info) {
  try {
    load_gstreamer();
    return text_or_null(info.Env(), try_element(text_from_js(info[0], "factory")));
  } catch (const NativeError& error) {
    throw error_to_throw(info.Env(), error.code, error.message);
  }
}

Napi::Value try_to_load(const Napi::CallbackInfo& info) {
  try {
    return library_trial_to_js(info.Env(), try_library(text_from_js(info[0], "path")));
  } catch (const NativeError& error) {
    throw error_to_throw(info.Env(), error.code, error.message);
  }
}

Napi::Value create_pipeline(const Napi::CallbackInfo& info) {
  return addon_data(info.Env()).pipeline_class.New({info[0], info[1]});
}

Napi::Value test_pattern_boxes(const Napi::CallbackInfo& info) {
  try {
    TestInput options = pattern_from_js(info[0]);
    uint32_t frame = whole_from_js(info[1], "frame", 0, 0xffffffff);
    std::vector<PatternBox> boxes =
        TestPattern(options.width, options.height, options.shapes, options.seed).boxes(frame);
    Napi::Float32Array out = Napi::Float32Array::New(info.Env(), boxes.size() * 4);
    float* at = out.Data();
    auto width = static_cast<float>(options.width), height = static_cast<float>(options.height);
    for (const PatternBox& box : boxes) {
      *at++ = static_cast<float>(box.left) / width;
      *at++ = static_cast<float>(box.top) / height;
      *at++ = static_cast<float>(box.width) / width;
      *at++ = static_cast<float>(box.height) / height;
    }
    return out;
  } catch (const NativeError& error) {
    throw error_to_throw(info.Env(), error.code, error.message);
  }
}

}  // namespace

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto data = std::make_unique<AddonData>();
  data->pipeline_class = Napi::Persistent(PipelineObject::define(env));
  env.SetInstanceData(data.release());
  env.AddCleanupHook([env] { addon_data(env).pipelines.stop_all(); });
  exports.Set("capabilities", Napi::Function::New(env, capabilities));
  exports.Set("tryElement", Napi::Function::New(env, try_to_open));
  exports.Set("tryLibrary", Napi::Function::New(env, try_to_load));
  exports.Set("createPipeline", Napi::Function::New(env, create_pipeline));
  exports.Set("testPatternBoxes", Napi::Function::New(env, test_pattern_boxes));
  return exports;
}

AddonData& addon_data(Napi::Env env) { return *env.GetInstanceData<AddonData>(); }

void PipelineList::stop_all() {
  std::vector<std::future<void>> stops;
  for (const auto& each : pipelines_) {
    auto pipeline = each.lock();
    if (pipeline == nullptr) continue;
    auto stopped = std::make_shared<std::promise<void>>();
    stops.push_back(stopped->get_future());
    pipeline->stop([stopped] { stopped->set_value(); });
  }
  auto deadline = std::chrono::steady_clock::now() + kStopAllLimit;
  for (auto& stop : stops) stop.wait_until(deadline);
}

}  // namespace vedette

namespace {

Napi::Object register_addon(Napi::Env env, Napi::Object exports) { return vedette::init(env, exports); }

}  // namespace

NODE_API_MODULE(vedette, register_addon)

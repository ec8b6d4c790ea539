// The addon as a table: `NativeAddon` of ../index.ts.
#include <napi.h>

#include <future>

#include "addon_data.h"
#include "capabilities.h"
#include "decoded_picture.h"
#include "from_js.h"
#include "motion.h"
#include "pipeline_object.h"
#include "template_search.h"
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

// An object with one method, `look`, that answers numbers.
template <typename Look>
Napi::Value looking(Napi::Env env, Look look) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("look", Napi::Function::New(env, [look = std::move(look)](const Napi::CallbackInfo& info) -> Napi::Value {
               try {
                 const std::vector<float> numbers = look(info);
                 Napi::Float32Array out = Napi::Float32Array::New(info.Env(), numbers.size());
                 std::copy(numbers.begin(), numbers.end(), out.Data());
                 return out;
               } catch (const NativeError& error) {
                 throw error_to_throw(info.Env(), error.code, error.message);
               }
             }));
  return object;
}

Napi::Value create_template_search(const Napi::CallbackInfo& info) {
  try {
    Napi::Object options = object_at(info[0], "options");
    auto search =
        std::make_shared<TemplateSearch>(templates_from_js(options.Get("templates")), search_options_from_js(options));
    return looking(info.Env(), [search](const Napi::CallbackInfo& call) {
      const RgbView frame = rgb_from_js(call[0], "frame");
      const auto width = static_cast<float>(frame.width), height = static_cast<float>(frame.height);
      std::vector<float> numbers;
      for (const TemplateMatch& match : search->look(grey_of_rgb(frame.data, frame.width, frame.height))) {
        const auto at = [](unsigned pixels, float of) { return static_cast<float>(pixels) / of; };
        numbers.insert(numbers.end(), {static_cast<float>(match.index), match.score, at(match.left, width),
                                       at(match.top, height), at(match.width, width), at(match.height, height)});
      }
      return numbers;
    });
  } catch (const NativeError& error) {
    throw error_to_throw(info.Env(), error.code, error.message);
  }
}

Napi::Value create_motion_watch(const Napi::CallbackInfo& info) {
  return looking(info.Env(), [motion = std::make_shared<Motion>()](const Napi::CallbackInfo& call) {
    const RgbView frame = rgb_from_js(call[0], "frame");
    if (!call[1].IsBigInt()) throw NativeError{"argument", "expected a bigint for ptsNs"};
    bool is_lossless = true;
    // Green is most of what brightness is.
    motion->look({frame.data + 1, static_cast<ptrdiff_t>(frame.width) * 3, 3, frame.width, frame.height},
                 call[1].As<Napi::BigInt>().Uint64Value(&is_lossless));
    std::vector<float> numbers;
    for (const MovingArea& area : motion->areas())
      numbers.insert(numbers.end(), {area.left, area.top, area.width, area.height, area.moving});
    return numbers;
  });
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
  exports.Set("decodeJpeg", Napi::Function::New(env, decode_jpeg));
  exports.Set("createTemplateSearch", Napi::Function::New(env, create_template_search));
  exports.Set("createMotionWatch", Napi::Function::New(env, create_motion_watch));
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

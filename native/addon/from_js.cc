#include "from_js.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "motion.h"
#include "report.h"

namespace vedette {
namespace {

constexpr uint32_t kMost = 0x7fffffff;

[[noreturn]] void refuse(const char* what, const std::string& expected, const Napi::Value& received) {
  throw NativeError{"argument", std::string("expected ") + expected + " for " + what + ", received " +
                                    received.ToString().Utf8Value()};
}

std::string text(const Napi::Object& object, const char* key) {
  Napi::Value value = object.Get(key);
  if (!value.IsString()) refuse(key, "a string", value);
  return value.As<Napi::String>().Utf8Value();
}

// A secret is not repeated in the error about it.
std::string secret(const Napi::Object& object, const char* key) {
  Napi::Value value = object.Get(key);
  if (value.IsUndefined()) return "";
  if (!value.IsString()) throw NativeError{"argument", std::string("expected a string for ") + key};
  return value.As<Napi::String>().Utf8Value();
}

std::optional<std::string> text_or_null(const Napi::Object& object, const char* key) {
  Napi::Value value = object.Get(key);
  if (value.IsNull() || value.IsUndefined()) return std::nullopt;
  return text(object, key);
}

uint32_t whole(const Napi::Object& object, const char* key, uint32_t low, uint32_t high) {
  return whole_from_js(object.Get(key), key, low, high);
}

double number(const Napi::Object& object, const char* key) { return number_from_js(object.Get(key), key); }

std::string one_of(const Napi::Object& object, const char* key, std::initializer_list<const char*> words) {
  std::string word = text(object, key);
  std::string expected;
  for (const char* each : words) {
    if (word == each) return word;
    expected += (expected.empty() ? "" : " or ") + std::string(each);
  }
  refuse(key, expected, object.Get(key));
}

std::string url_without_user(const Napi::Object& object) {
  std::string url = text(object, "url");
  size_t authority = url.find("://");
  if (authority == std::string::npos) throw NativeError{"argument", "expected a URL with a scheme for url"};
  std::string host = url.substr(authority + 3, url.find_first_of("/?#", authority + 3) - authority - 3);
  if (host.find('@') != std::string::npos)
    throw NativeError{"argument", "expected a url without credentials in it: give them as user and password"};
  return url;
}

Napi::Array list(const Napi::Object& object, const char* key) {
  Napi::Value value = object.Get(key);
  if (!value.IsArray()) refuse(key, "a list", value);
  return value.As<Napi::Array>();
}

bool is_null(const Napi::Object& object, const char* key) {
  return object.Get(key).IsNull() || object.Get(key).IsUndefined();
}

Device device_from_js(const Napi::Object& object) {
  Device device{one_of(object, "family", {"cpu", "deepstream"}) == "cpu" ? Family::cpu : Family::deepstream,
                is_null(object, "gpu") ? 0 : whole(object, "gpu", 0, 255), Memory::standard,
                // The first picture waits in no queue behind a few that are still looked at.
                is_null(object, "extraSurfaces") ? 4 : whole(object, "extraSurfaces", 0, 55)};
  if (is_null(object, "memory")) return device;
  const std::string memory = one_of(object, "memory", {"default", "pinned", "device", "unified"});
  device.memory = memory == "pinned"    ? Memory::pinned
                  : memory == "device"  ? Memory::device
                  : memory == "unified" ? Memory::unified
                                        : Memory::standard;
  return device;
}

InferStage stage_from_js(const Napi::Object& object) {
  InferStage stage{whole(object, "id", 1, 255),
                   one_of(object, "element", {"infer", "inferserver"}) == "inferserver",
                   text(object, "config"),
                   std::nullopt,
                   whole(object, "interval", 0, kMost),
                   whole(object, "batchSize", 0, 1024),
                   std::nullopt};
  if (one_of(object, "mode", {"primary", "secondary"}) == "secondary") {
    Napi::Object on = object_at(object.Get("on"), "on of a secondary stage");
    stage.on = InferStage::On{whole(on, "stage", 1, 255), {}};
    Napi::Array classes = list(on, "classes");
    for (uint32_t i = 0; i < classes.Length(); i++)
      stage.on->classes.push_back(whole_from_js(classes.Get(i), "on.classes", 0, kMost));
  } else if (!is_null(object, "on")) {
    refuse("on of a primary stage", "null", object.Get("on"));
  }
  if (is_null(object, "shadow")) return stage;
  if (stage.on) refuse("shadow of a secondary stage", "null", object.Get("shadow"));
  stage.shadow.emplace();
  Napi::Array classes = list(object_at(object.Get("shadow"), "shadow"), "classes");
  for (uint32_t i = 0; i < classes.Length(); i++) {
    double received = classes.Get(i).IsNumber() ? classes.Get(i).As<Napi::Number>().DoubleValue() : NAN;
    if (!(received >= -1 && received <= kMost) || received != std::floor(received))
      refuse("shadow.classes", "whole numbers from -1", classes.Get(i));
    stage.shadow->classes.push_back(static_cast<int32_t>(received));
  }
  return stage;
}

std::vector<InferStage> stages_from_js(const Napi::Value& value) {
  if (!value.IsArray()) refuse("stages", "a list", value);
  auto array = value.As<Napi::Array>();
  std::vector<InferStage> stages;
  for (uint32_t i = 0; i < array.Length(); i++) {
    InferStage stage = stage_from_js(object_at(array.Get(i), "stages"));
    auto has = [&](uint32_t id) {
      return std::any_of(stages.begin(), stages.end(), [&](const InferStage& one) { return one.id == id; });
    };
    std::string id = std::to_string(stage.id);
    if (has(stage.id)) throw NativeError{"argument", "expected another id for each stage, received " + id + " twice"};
    if (stage.on && !has(stage.on->stage))
      throw NativeError{"argument", "expected the id of an earlier stage for on.stage of stage " + id + ", received " +
                                        std::to_string(stage.on->stage)};
    if (stages.empty() && stage.shadow)
      throw NativeError{"argument", "expected a detector as the first stage, received the shadow stage " + id};
    if (!stages.empty() && !stage.on && !stage.shadow)
      throw NativeError{"argument",
                        "expected every stage after the first to be secondary or a shadow, received stage " + id +
                            " as a second detector: its objects would mix with the first's"};
    if (stage.shadow && std::any_of(stages.begin(), stages.end(), [](const InferStage& one) { return one.shadow; }))
      throw NativeError{"argument", "expected one shadow at most, received stage " + id + " as another"};
    stages.push_back(std::move(stage));
  }
  return stages;
}

SourceInput input_from_js(const Napi::Object& input) {
  std::string kind = one_of(input, "kind", {"rtsp", "file", "http", "v4l2", "test", "push"});
  if (kind == "rtsp") {
    std::string transport = one_of(input, "transport", {"auto", "tcp", "udp"});
    return RtspInput{url_without_user(input), secret(input, "user"), secret(input, "password"),
                     transport == "tcp"   ? Transport::tcp
                     : transport == "udp" ? Transport::udp
                                          : Transport::automatic,
                     whole(input, "latencyMs", 0, 60'000)};
  }
  if (kind == "file") return FileInput{text(input, "path"), input.Get("loop").ToBoolean()};
  if (kind == "http")
    return HttpInput{url_without_user(input), secret(input, "user"), secret(input, "password"),
                     input.Get("loop").ToBoolean()};
  if (kind == "v4l2") return V4l2Input{text(input, "device")};
  if (kind == "test") {
    TestInput test = pattern_from_js(input);
    test.fps = whole(input, "fps", 1, 1000);
    return test;
  }
  return PushInput{whole(input, "width", 1, 16384), whole(input, "height", 1, 16384),
                   one_of(input, "format", {"RGB", "BGR", "I420", "NV12"})};
}

}  // namespace

Napi::Object object_at(const Napi::Value& value, const char* what) {
  if (!value.IsObject()) refuse(what, "an object", value);
  return value.As<Napi::Object>();
}

double number_from_js(const Napi::Value& value, const char* what) {
  if (!value.IsNumber() || !(value.As<Napi::Number>().DoubleValue() >= 0)) refuse(what, "a number from 0", value);
  return value.As<Napi::Number>().DoubleValue();
}

std::string text_from_js(const Napi::Value& value, const char* what) {
  if (!value.IsString()) throw NativeError{"argument", std::string("expected text for ") + what};
  return value.As<Napi::String>().Utf8Value();
}

uint32_t whole_from_js(const Napi::Value& value, const char* what, uint32_t low, uint32_t high) {
  double received = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(received >= low && received <= high) || received != std::floor(received))
    refuse(what, "a whole number from " + std::to_string(low) + " to " + std::to_string(high), value);
  return static_cast<uint32_t>(received);
}

PipelineDescription pipeline_from_js(const Napi::Value& value) {
  Napi::Object object = object_at(value, "description");
  return {device_from_js(object),
          whole(object, "maxSources", 1, 256),
          whole(object, is_null(object, "batchSize") ? "maxSources" : "batchSize", 1, 256),
          is_null(object, "bufferPoolSize") ? 0 : whole(object, "bufferPoolSize", 4, 1024),
          whole(object, "batchedPushTimeoutUs", 1, kMost),
          whole(object, "width", 1, 16384),
          whole(object, "height", 1, 16384),
          stages_from_js(object.Get("stages")),
          text_or_null(object, "tracker"),
          whole(object, "inferThreads", 1, 256)};
}

// One character for each cell of the grid that motion is looked for in.
std::string motion_mask_from_js(const Napi::Object& source) {
  std::string mask = text_or_null(source, "motionMask").value_or("");
  if (!mask.empty() && (mask.size() != Motion::kCells || mask.find_first_not_of("01") != std::string::npos))
    throw NativeError{"argument", "expected " + std::to_string(Motion::kCells) +
                                      " of 0 and 1 for motionMask, received " + std::to_string(mask.size()) +
                                      " characters"};
  return mask;
}

uint32_t frame_pace_from_js(const Napi::Value& value) {
  constexpr uint32_t kUsualPace = 50, kSlowest = 10'000;
  Napi::Object object = object_at(value, "description");
  return is_null(object, "framePaceMs") ? kUsualPace : whole(object, "framePaceMs", 0, kSlowest);
}

SourceDescription source_from_js(const Napi::Value& value) {
  Napi::Object object = object_at(value, "source");
  return {text(object, "name"),
          whole(object, "index", 0, kMost),
          input_from_js(object_at(object.Get("input"), "input")),
          one_of(object, "policy", {"realtime", "every-frame"}) == "realtime" ? Policy::realtime : Policy::every_frame,
          number(object, "maxAnalysedFps"),
          !object.Get("motion").IsUndefined() && one_of(object, "motion", {"off", "auto"}) == "auto",
          !object.Get("purpose").IsUndefined() && one_of(object, "purpose", {"analysis", "pictures"}) == "pictures"
              ? Purpose::pictures
              : Purpose::analysis,
          motion_mask_from_js(object)};
}

PictureRequest picture_request_from_js(const Napi::Object& options, const char* format) {
  PictureRequest request{whole(options, "width", 0, 16384), whole(options, "height", 0, 16384),
                         format != nullptr ? format : one_of(options, "format", {"JPEG", "RGB", "I420"}), 0, 80};
  if (options.Has("maxFps")) request.max_fps = number(options, "maxFps");
  if (!options.Get("quality").IsUndefined()) request.quality = static_cast<int>(whole(options, "quality", 0, 100));
  return request;
}

ModelUpdate model_update_from_js(const Napi::Value& value) {
  Napi::Object object = object_at(value, "update");
  constexpr uint32_t kTenMinutes = 600'000;
  ModelUpdate update{text_or_null(object, "engineFile").value_or(""), text_or_null(object, "config").value_or(""),
                     is_null(object, "limitMs") ? kTenMinutes : whole(object, "limitMs", 1, kMost)};
  if (update.engine_file.empty() == update.config.empty())
    throw NativeError{"argument", "expected either engineFile or config for the update of a model"};
  return update;
}

RgbView rgb_from_js(const Napi::Value& value, const char* what) {
  Napi::Object picture = object_at(value, what);
  const uint32_t width = whole(picture, "width", 1, 16384), height = whole(picture, "height", 1, 16384);
  Napi::Value data = picture.Get("data");
  const size_t bytes = size_t{width} * height * 3;
  if (!data.IsTypedArray() || data.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array ||
      data.As<Napi::TypedArray>().ByteLength() != bytes)
    throw NativeError{"argument",
                      "expected " + std::to_string(bytes) + " bytes of RGB in a Uint8Array for " + what + ".data"};
  return {data.As<Napi::Uint8Array>().Data(), width, height};
}

std::vector<GreyPicture> templates_from_js(const Napi::Value& value) {
  if (!value.IsArray()) throw NativeError{"argument", "expected a list for templates"};
  std::vector<GreyPicture> templates;
  Napi::Array list = value.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); i++) {
    const RgbView rgb = rgb_from_js(list.Get(i), "template");
    templates.push_back(grey_of_rgb(rgb.data, rgb.width, rgb.height));
  }
  return templates;
}

TemplateSearchOptions search_options_from_js(const Napi::Object& options) {
  Napi::Value scales = options.Get("scales");
  if (!scales.IsArray()) throw NativeError{"argument", "expected a list of numbers for scales"};
  TemplateSearchOptions search{{}, options.Get("threshold").ToNumber().FloatValue(), whole(options, "limit", 1, 1000)};
  Napi::Array list = scales.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); i++) {
    const float scale = list.Get(i).ToNumber().FloatValue();
    if (!(scale > 0 && scale <= 100)) throw NativeError{"argument", "expected factors above 0 for scales"};
    search.scales.push_back(scale);
  }
  return search;
}

TestInput pattern_from_js(const Napi::Value& value) {
  Napi::Object object = object_at(value, "pattern");
  return {whole(object, "width", 16, 16384), whole(object, "height", 16, 16384), 1, whole(object, "shapes", 0, 1000),
          whole(object, "seed", 0, 0xffffffff)};
}

Napi::Error error_to_throw(Napi::Env env, const std::string& code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

}  // namespace vedette

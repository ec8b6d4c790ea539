#include "to_js.h"

namespace vedette {
namespace {

Napi::Array texts(Napi::Env env, const std::vector<std::string>& values) {
  Napi::Array array = Napi::Array::New(env, values.size());
  for (uint32_t i = 0; i < values.size(); i++) array.Set(i, values[i]);
  return array;
}

Napi::Object by_codec(Napi::Env env, const std::map<std::string, std::vector<std::string>>& names) {
  Napi::Object object = Napi::Object::New(env);
  for (const auto& [codec, elements] : names) object.Set(codec, texts(env, elements));
  return object;
}

void set_text(Napi::Object& object, const char* key, const std::string& text) {
  if (!text.empty()) object.Set(key, text);
}

Napi::Object source_stats_to_js(Napi::Env env, const SourceStats& stats) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("slot", stats.slot);
  object.Set("generation", stats.generation);
  object.Set("name", stats.name);
  object.Set("framesDecoded", static_cast<double>(stats.frames_decoded));
  object.Set("framesMuxed", static_cast<double>(stats.frames_muxed));
  object.Set("framesAnalysed", static_cast<double>(stats.frames_analysed));
  object.Set("framesDropped", static_cast<double>(stats.frames_dropped));
  object.Set("framesStill", static_cast<double>(stats.frames_still));
  object.Set("packetsLate", static_cast<double>(stats.packets_late));
  object.Set("lastFrameAgeMs", stats.last_frame_age_ms);
  object.Set("longestGapMs", stats.longest_gap_ms);
  object.Set("keyframes", static_cast<double>(stats.keyframes));
  object.Set("ptsGaps", static_cast<double>(stats.pts_gaps));
  object.Set("bitsPerSecond", stats.bits_per_second);
  object.Set("latencyMsP50", stats.latency_ms_p50);
  object.Set("latencyMsP99", stats.latency_ms_p99);
  object.Set("clockAheadMs",
             stats.clock_ahead_ms ? Napi::Number::New(env, *stats.clock_ahead_ms).As<Napi::Value>() : env.Null());
  return object;
}

Napi::Object stage_stats_to_js(Napi::Env env, const StageStats& stats) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("id", stats.id);
  object.Set("batches", static_cast<double>(stats.batches));
  object.Set("frames", static_cast<double>(stats.frames));
  object.Set("inferMs", stats.infer_ms);
  object.Set("latencyMsP50", stats.latency_ms_p50);
  object.Set("latencyMsP99", stats.latency_ms_p99);
  return object;
}

Napi::Value comparison_to_js(Napi::Env env, const ComparisonTotal& total) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("frames", static_cast<double>(total.frames));
  Napi::Array classes = Napi::Array::New(env, total.per_class.size());
  for (uint32_t i = 0; i < total.per_class.size(); i++) {
    const ClassComparison& one = total.per_class[i];
    Napi::Object row = Napi::Object::New(env);
    row.Set("class", one.class_id);
    row.Set("first", static_cast<double>(one.first));
    row.Set("shadow", static_cast<double>(one.shadow));
    row.Set("matched", static_cast<double>(one.matched));
    classes.Set(i, row);
  }
  object.Set("perClass", classes);
  object.Set("iouMean", total.iou_mean);
  return object;
}

}  // namespace

Napi::Value text_or_null(Napi::Env env, const std::string& text) {
  return text.empty() ? env.Null() : Napi::String::New(env, text).As<Napi::Value>();
}

Napi::Object library_trial_to_js(Napi::Env env, const LibraryTrial& trial) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("error", text_or_null(env, trial.error));
  object.Set("version", text_or_null(env, trial.version));
  return object;
}

Napi::Object capabilities_to_js(Napi::Env env, const Capabilities& capabilities) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("family", capabilities.family == Family::cpu ? "cpu" : "deepstream");
  object.Set("gstreamerVersion", capabilities.gstreamer_version);
  object.Set("decoders", by_codec(env, capabilities.decoders));
  object.Set("encoders", by_codec(env, capabilities.encoders));
  object.Set("onnxRuntimeVersion", text_or_null(env, capabilities.onnx_runtime_version));
  object.Set("onnxRuntimeError", text_or_null(env, capabilities.onnx_runtime_error));
  object.Set("deepstreamVersion", text_or_null(env, capabilities.deepstream_version));
  object.Set("deepstreamPluginVersion", text_or_null(env, capabilities.deepstream_plugin_version));
  object.Set("rtpmanagerFile", text_or_null(env, capabilities.rtpmanager_file));
  object.Set("blacklistedPlugins", texts(env, capabilities.blacklisted_plugins));
  object.Set("missingElements", texts(env, capabilities.missing_elements));
  return object;
}

Napi::Object frames_to_js(Napi::Env env, const WaitingFrames& frames) {
  size_t count = frames.index.size();
  Napi::Uint32Array offsets = Napi::Uint32Array::New(env, count + 1);
  Napi::Uint32Array slots = Napi::Uint32Array::New(env, count);
  Napi::Uint32Array generations = Napi::Uint32Array::New(env, count);
  Napi::BigUint64Array pts = Napi::BigUint64Array::New(env, count);
  Napi::Uint32Array objects = Napi::Uint32Array::New(env, count);
  offsets.Data()[0] = 0;
  for (size_t i = 0; i < count; i++) {
    const FrameIndex& index = frames.index[i];
    offsets.Data()[i + 1] = frames.ends[i];
    slots.Data()[i] = index.slot;
    generations.Data()[i] = index.generation;
    pts.Data()[i] = index.pts_ns;
    objects.Data()[i] = index.objects;
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("bytes", Napi::Buffer<uint8_t>::Copy(env, frames.bytes.data(), frames.bytes.size()));
  object.Set("offsets", offsets);
  object.Set("slots", slots);
  object.Set("generations", generations);
  object.Set("ptsNs", pts);
  object.Set("objects", objects);
  object.Set("dropped", static_cast<double>(frames.dropped));
  return object;
}

Napi::Object event_to_js(Napi::Env env, const SourceEvent& event) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("slot", event.slot);
  object.Set("generation", event.generation);
  object.Set("name", event.name);
  object.Set("what", event.what);
  set_text(object, "codec", event.codec);
  if (event.width > 0) {
    object.Set("width", event.width);
    object.Set("height", event.height);
  }
  set_text(object, "failure", event.failure);
  set_text(object, "message", event.message);
  set_text(object, "element", event.element);
  set_text(object, "debug", event.debug);
  return object;
}

Napi::Object error_to_js(Napi::Env env, const PipelineError& error) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("fatal", error.fatal);
  object.Set("code", error.code);
  object.Set("element", error.element);
  object.Set("message", error.message);
  object.Set("debug", error.debug);
  return object;
}

Napi::Object stats_to_js(Napi::Env env, const PipelineStats& stats) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("uptimeMs", stats.uptime_ms);
  Napi::Array sources = Napi::Array::New(env, stats.sources.size());
  for (uint32_t i = 0; i < stats.sources.size(); i++) sources.Set(i, source_stats_to_js(env, stats.sources[i]));
  object.Set("sources", sources);
  object.Set("batches", static_cast<double>(stats.batches));
  Napi::Array stages = Napi::Array::New(env, stats.stages.size());
  for (uint32_t i = 0; i < stats.stages.size(); i++) stages.Set(i, stage_stats_to_js(env, stats.stages[i]));
  object.Set("stages", stages);
  object.Set("comparison", stats.comparison ? comparison_to_js(env, *stats.comparison) : env.Null().As<Napi::Value>());
  object.Set("framesQueueDropped", static_cast<double>(stats.frames_queue_dropped));
  return object;
}

Napi::Object picture_to_js(Napi::Env env, const Picture& picture) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("width", picture.width);
  object.Set("height", picture.height);
  object.Set("ptsNs", Napi::BigInt::New(env, picture.pts_ns));
  object.Set("capturedUs", static_cast<double>(picture.captured_us));
  object.Set("data", Napi::Buffer<uint8_t>::Copy(env, picture.data.data(), picture.data.size()));
  return object;
}

}  // namespace vedette

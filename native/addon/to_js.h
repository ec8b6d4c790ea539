// Plain structures into JavaScript values. JavaScript thread only.
#pragma once

#include <napi.h>

#include "capabilities.h"
#include "outbox.h"
#include "report.h"
#include "trial.h"

namespace vedette {

// Null for none.
Napi::Value text_or_null(Napi::Env env, const std::string& text);
Napi::Object capabilities_to_js(Napi::Env env, const Capabilities& capabilities);
Napi::Object library_trial_to_js(Napi::Env env, const LibraryTrial& trial);
Napi::Object frames_to_js(Napi::Env env, const WaitingFrames& frames);
Napi::Object event_to_js(Napi::Env env, const SourceEvent& event);
Napi::Object error_to_js(Napi::Env env, const PipelineError& error);
Napi::Object stats_to_js(Napi::Env env, const PipelineStats& stats);
Napi::Object picture_to_js(Napi::Env env, const Picture& picture);

}  // namespace vedette

// Plain structures into JavaScript values. JavaScript thread only.
#pragma once

#include <napi.h>

#include "capabilities.h"
#include "outbox.h"
#include "report.h"

namespace vedette {

Napi::Object capabilities_to_js(Napi::Env env, const Capabilities& capabilities);
Napi::Object frames_to_js(Napi::Env env, const WaitingFrames& frames);
Napi::Object event_to_js(Napi::Env env, const SourceEvent& event);
Napi::Object error_to_js(Napi::Env env, const PipelineError& error);
Napi::Object stats_to_js(Napi::Env env, const PipelineStats& stats);
Napi::Object picture_to_js(Napi::Env env, const Picture& picture);

}  // namespace vedette

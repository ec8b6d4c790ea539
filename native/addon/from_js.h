// JavaScript values into plain structures, in the calling function. TypeScript has checked them; what is wrong all the
// same becomes a NativeError {argument} that names the value.
#pragma once

#include <napi.h>

#include "description.h"
#include "template_search.h"

namespace vedette {

PipelineDescription pipeline_from_js(const Napi::Value& value);
// Milliseconds, of a pipeline's description.
uint32_t frame_pace_from_js(const Napi::Value& value);
SourceDescription source_from_js(const Napi::Value& value);
PictureRequest picture_request_from_js(const Napi::Object& options, const char* format);
ModelUpdate model_update_from_js(const Napi::Value& value);
// Borrowed: valid during the call.
struct RgbView {
  const uint8_t* data;
  unsigned width, height;
};
RgbView rgb_from_js(const Napi::Value& value, const char* what);
std::vector<GreyPicture> templates_from_js(const Napi::Value& value);
TemplateSearchOptions search_options_from_js(const Napi::Object& options);
TestInput pattern_from_js(const Napi::Value& value);

Napi::Object object_at(const Napi::Value& value, const char* what);
uint32_t whole_from_js(const Napi::Value& value, const char* what, uint32_t low, uint32_t high);
double number_from_js(const Napi::Value& value, const char* what);  // from 0
std::string text_from_js(const Napi::Value& value, const char* what);
// What napi calls do with a NativeError.
Napi::Error error_to_throw(Napi::Env env, const std::string& code, const std::string& message);

}  // namespace vedette

// `DecodedPicture` of ../index.ts: a decoded frame on its way through JavaScript, to a source of kind push.
// JavaScript thread, but for the decoding itself.
#pragma once

#include <napi.h>

#include <memory>
#include <mutex>
#include <vector>

#include "jpeg_decoder.h"

namespace vedette {

// Decoders that nobody uses at the moment. Any thread.
class JpegDecoders {
 public:
  // Null: it does not decode. Throws NativeError {plugin}.
  SamplePtr decode(const uint8_t* jpeg, size_t bytes);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<JpegDecoder>> idle_;
};

// `decodeJpeg`.
Napi::Value decode_jpeg(const Napi::CallbackInfo& info);

// Its frame, which push takes out of it; null where the value is no decoded picture.
SamplePtr* decoded_picture_from_js(const Napi::Value& value);

}  // namespace vedette

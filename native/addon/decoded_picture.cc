#include "decoded_picture.h"

#include <gst/video/video.h>

#include "addon_data.h"
#include "capabilities.h"
#include "from_js.h"

namespace vedette {
namespace {

constexpr napi_type_tag kTag = {0x8f0a4c3e5b7d4d21, 0x9c6e1f2a7b3d5e80};

Napi::Value picture_to_js(Napi::Env env, SamplePtr sample) {
  if (sample == nullptr) return env.Null();
  GstVideoInfo info;
  if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample.get()))) return env.Null();
  Napi::Object picture = Napi::Object::New(env);
  picture.Set("width", GST_VIDEO_INFO_WIDTH(&info));
  picture.Set("height", GST_VIDEO_INFO_HEIGHT(&info));
  picture.TypeTag(&kTag);
  auto held = std::make_unique<SamplePtr>(std::move(sample));
  napi_wrap(
      env, picture, held.release(), [](napi_env, void* data, void*) { delete static_cast<SamplePtr*>(data); }, nullptr,
      nullptr);
  return picture;
}

class DecodeJpeg : public Napi::AsyncWorker {
 public:
  DecodeJpeg(Napi::Env env, const Napi::Uint8Array& jpeg)
      : Napi::AsyncWorker(env, "decodeJpeg"),
        deferred_(Napi::Promise::Deferred::New(env)),
        decoders_(addon_data(env).jpeg_decoders),
        held_(Napi::Persistent(jpeg.As<Napi::Object>())),
        jpeg_(jpeg.Data()),
        bytes_(jpeg.ByteLength()) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      sample_ = decoders_->decode(jpeg_, bytes_);
    } catch (const NativeError& error) {
      error_ = error;
    }
  }
  void OnOK() override {
    if (error_)
      deferred_.Reject(error_to_throw(Env(), error_->code, error_->message).Value());
    else
      deferred_.Resolve(picture_to_js(Env(), std::move(sample_)));
  }

 private:
  Napi::Promise::Deferred deferred_;
  const std::shared_ptr<JpegDecoders> decoders_;
  const Napi::ObjectReference held_;  // keeps the bytes where they are
  const uint8_t* const jpeg_;
  const size_t bytes_;
  SamplePtr sample_;
  std::optional<NativeError> error_;
};

}  // namespace

SamplePtr JpegDecoders::decode(const uint8_t* jpeg, size_t bytes) {
  std::unique_ptr<JpegDecoder> decoder;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      decoder = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (decoder == nullptr) decoder = std::make_unique<JpegDecoder>();
  SamplePtr sample = decoder->decode(jpeg, bytes);
  if (sample == nullptr) return nullptr;
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(decoder));
  return sample;
}

Napi::Value decode_jpeg(const Napi::CallbackInfo& info) {
  try {
    load_gstreamer();
    if (!info[0].IsTypedArray()) throw NativeError{"argument", "expected a Uint8Array for jpeg"};
  } catch (const NativeError& error) {
    throw error_to_throw(info.Env(), error.code, error.message);
  }
  auto* worker = new DecodeJpeg(info.Env(), info[0].As<Napi::Uint8Array>());  // deletes itself when it is done
  worker->Queue();
  return worker->promise();
}

SamplePtr* decoded_picture_from_js(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag)) return nullptr;
  void* held = nullptr;
  napi_unwrap(value.Env(), value, &held);
  return static_cast<SamplePtr*>(held);
}

}  // namespace vedette

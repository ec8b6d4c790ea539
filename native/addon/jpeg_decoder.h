// Whole JPEGs to decoded frames, on the thread that asks: GStreamer's jpegdec between two pads of our own.
// Used on one thread at a time. After a picture that does not decode, another decoder is due.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gst_ptr.h"

namespace vedette {

class JpegDecoder {
 public:
  // Throws NativeError {plugin}.
  JpegDecoder();
  ~JpegDecoder();
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  // The frame and its caps, in the picture's own size and chroma. Null: it does not decode.
  SamplePtr decode(const uint8_t* jpeg, size_t bytes);

 private:
  ElementPtr decoder_;
  PadPtr in_, out_;  // what it is given through, and what takes its frames
  CapsPtr caps_;
  BufferPtr frame_;
};

}  // namespace vedette

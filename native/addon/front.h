// The part of a source from its origin to decoded frames: one function for each kind of input.
// Called on an errand thread; pads that turn up later are linked on the source's streaming thread.
#pragma once

#include <memory>

#include "source.h"

namespace vedette {

class Front {
 public:
  // Builds into `bin` and links to `entry`, the first element that takes decoded frames. Throws NativeError.
  static void build(const std::shared_ptr<Source>& source, GstElement* bin, GstElement* entry);

 private:
  static void build_rtsp(const std::shared_ptr<Source>& source, GstElement* bin, const RtspInput& input);
  static void build_parsed(const std::shared_ptr<Source>& source, GstElement* bin, GstElement* origin,
                           const char* unwrap);
  static void link_rtp(Source& source, GstPad* pad);
  static void relink_rtp(Source& source, GstPad* pad);
  // Ends `pad` in a decoder that is linked to the entry; a second video stream is left alone.
  static void link_stream(Source& source, GstPad* pad, const GstCaps* caps);
};

// The contract's word for a codec: h264, h265, mjpeg, …
std::string codec_of(const GstCaps* caps);

}  // namespace vedette

// Raw frames put into a pipeline by our own code: the test pattern, and what `Pipeline.push` brings.
#pragma once

#include <memory>

#include "description.h"
#include "gst_ptr.h"

namespace vedette {

// An appsrc that draws the test pattern as fast as it is taken.
GstElement* make_test_feed(const TestInput& input);

// An appsrc with room for a few frames.
GstElement* make_push_feed(const PushInput& input);
size_t push_frame_bytes(const PushInput& input);
// False when the feed was full. `pixels` holds push_frame_bytes() without padding between rows. Any thread.
bool push_frame(GstElement* feed, const PushInput& input, const uint8_t* pixels, uint64_t pts_ns);
// As push_frame, with a frame of any size and format, which is taken when it has gone in.
bool push_sample(GstElement* feed, SamplePtr& frame, uint64_t pts_ns);

}  // namespace vedette

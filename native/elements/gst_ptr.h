// Owned GStreamer pointers; a raw pointer is borrowed.
#pragma once

#include <gst/gst.h>

#include <memory>

namespace vedette {

struct Unref {
  void operator()(GstBuffer* one) const { gst_buffer_unref(one); }
  void operator()(GstCaps* one) const { gst_caps_unref(one); }
  void operator()(GstEvent* one) const { gst_event_unref(one); }
  void operator()(GstObject* one) const { gst_object_unref(one); }
  void operator()(GstElement* one) const { gst_object_unref(one); }
  void operator()(GstPad* one) const { gst_object_unref(one); }
  void operator()(char* one) const { g_free(one); }
};

using BufferPtr = std::unique_ptr<GstBuffer, Unref>;
using CapsPtr = std::unique_ptr<GstCaps, Unref>;
using EventPtr = std::unique_ptr<GstEvent, Unref>;
using ObjectPtr = std::unique_ptr<GstObject, Unref>;
using ElementPtr = std::unique_ptr<GstElement, Unref>;
using PadPtr = std::unique_ptr<GstPad, Unref>;
using TextPtr = std::unique_ptr<char, Unref>;

}  // namespace vedette

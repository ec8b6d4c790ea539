// Owned GStreamer and GLib pointers. A raw pointer anywhere in the addon is borrowed.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <string>

namespace vedette {

template <auto Release>
struct Releaser {
  template <typename T>
  void operator()(T* pointer) const {
    Release(pointer);
  }
};

// gst_caps_unref and its like are inline functions: as template arguments each file would have its own.
struct MiniObjectReleaser {
  template <typename T>
  void operator()(T* object) const {
    gst_mini_object_unref(GST_MINI_OBJECT_CAST(object));
  }
};

using ElementPtr = std::unique_ptr<GstElement, Releaser<&gst_object_unref>>;
using PadPtr = std::unique_ptr<GstPad, Releaser<&gst_object_unref>>;
using ObjectPtr = std::unique_ptr<GstObject, Releaser<&gst_object_unref>>;
using BusPtr = std::unique_ptr<GstBus, Releaser<&gst_object_unref>>;
using ClockPtr = std::unique_ptr<GstClock, Releaser<&gst_object_unref>>;
using CapsPtr = std::unique_ptr<GstCaps, MiniObjectReleaser>;
using SamplePtr = std::unique_ptr<GstSample, MiniObjectReleaser>;
using BufferPtr = std::unique_ptr<GstBuffer, MiniObjectReleaser>;
using MessagePtr = std::unique_ptr<GstMessage, MiniObjectReleaser>;
using ErrorPtr = std::unique_ptr<GError, Releaser<&g_error_free>>;
using TextPtr = std::unique_ptr<gchar, Releaser<&g_free>>;

inline std::string text_of(const gchar* text) { return text == nullptr ? std::string() : std::string(text); }

inline ElementPtr share(GstElement* element) { return ElementPtr(GST_ELEMENT(gst_object_ref(element))); }
inline PadPtr share(GstPad* pad) { return PadPtr(GST_PAD(gst_object_ref(pad))); }

// What a C callback keeps of its object: pass hold(object) as its data and let_go<T> as its destroy notify. Weak, so
// that an object and the elements it owns do not keep each other alive; locked(data) is null once the object is gone.
template <typename T>
gpointer hold(const std::shared_ptr<T>& object) {
  return std::make_unique<std::weak_ptr<T>>(object).release();
}
template <typename T>
void let_go(gpointer data) {
  std::unique_ptr<std::weak_ptr<T>> held(static_cast<std::weak_ptr<T>*>(data));
}
template <typename T>
std::shared_ptr<T> locked(gpointer data) {
  return static_cast<std::weak_ptr<T>*>(data)->lock();
}
template <typename T>
void let_go_closure(gpointer data, GClosure*) {
  let_go<T>(data);
}

}  // namespace vedette

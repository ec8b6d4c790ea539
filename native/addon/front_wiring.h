// What the fronts of all kinds of sources wire their elements with.
#pragma once

#include <memory>

#include "family.h"
#include "source.h"

namespace vedette {

inline GstElement* add(GstElement* bin, const char* factory) {
  GstElement* element = make(factory, "");
  gst_bin_add(GST_BIN(bin), element);
  return element;
}

inline CapsPtr caps_of(GstPad* pad) {
  CapsPtr caps(gst_pad_get_current_caps(pad));
  if (caps == nullptr) caps.reset(gst_pad_query_caps(pad, nullptr));
  return caps;
}

template <typename Callback>
void connect_signal(GstElement* element, const char* signal, Callback callback, const std::shared_ptr<Source>& source) {
  g_signal_connect_data(element, signal, G_CALLBACK(callback), hold(source), &let_go_closure<Source>,
                        static_cast<GConnectFlags>(0));
}

// When all streams have been announced and none was video, this sentence is the failure.
inline void demand_video(GstElement* demultiplexer, const std::shared_ptr<Source>& source) {
  connect_signal(
      demultiplexer, "no-more-pads",
      +[](GstElement*, gpointer data) {
        if (auto at = locked<Source>(data)) at->demand_video();
      },
      source);
}

}  // namespace vedette

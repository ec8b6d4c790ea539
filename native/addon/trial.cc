#include "trial.h"

#include <dlfcn.h>

#include "family.h"
#include "gst_ptr.h"

namespace vedette {
namespace {

// A driver's first use of a GPU takes seconds.
constexpr GstClockTime kOpenLimit = 10 * GST_SECOND;

// The first error that the element posted, in its own words.
std::string error_on(GstBus* bus) {
  MessagePtr message(gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR));
  if (message == nullptr) return "";
  GError* error = nullptr;
  gst_message_parse_error(message.get(), &error, nullptr);
  ErrorPtr owned(error);
  return text_of(error->message);
}

bool is_encoder(const char* factory) {
  std::unique_ptr<GstElementFactory, Releaser<&gst_object_unref>> found(gst_element_factory_find(factory));
  return found != nullptr && gst_element_factory_list_is_type(found.get(), GST_ELEMENT_FACTORY_TYPE_ENCODER);
}

// Many encoders look for their device only when they know the format: two frames show it.
std::string encode(const std::string& factory) {
  std::string into =
      factory.rfind("nvv4l2", 0) == 0 ? "nvvideoconvert ! video/x-raw(memory:NVMM),format=NV12" : "videoconvert";
  std::string description = "videotestsrc num-buffers=2 ! video/x-raw,width=640,height=480,framerate=25/1 ! " + into +
                            " ! " + factory + " ! fakesink sync=false async=false";
  GError* failure = nullptr;
  GstElement* parsed = gst_parse_launch(description.c_str(), &failure);
  ErrorPtr error(failure);
  if (parsed == nullptr) return error == nullptr ? "it cannot be made" : text_of(error->message);
  ElementPtr pipeline(GST_ELEMENT(gst_object_ref_sink(parsed)));
  if (error != nullptr) return text_of(error->message);
  BusPtr bus(gst_element_get_bus(pipeline.get()));
  GstStateChangeReturn result = gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  MessagePtr message(gst_bus_timed_pop_filtered(bus.get(), result == GST_STATE_CHANGE_FAILURE ? 0 : kOpenLimit,
                                                static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS)));
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  if (message == nullptr)
    return result == GST_STATE_CHANGE_FAILURE ? "it does not open, and does not say why"
                                              : "it had not encoded after 10 s";
  if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_EOS) return "";
  GError* said = nullptr;
  gst_message_parse_error(message.get(), &said, nullptr);
  ErrorPtr owned(said);
  return text_of(owned->message);
}

}  // namespace

std::string try_element(const std::string& factory) {
  if (!can_make(factory.c_str())) return "there is no such element";
  if (is_encoder(factory.c_str())) return encode(factory);
  GstElement* made = gst_element_factory_make(factory.c_str(), nullptr);
  if (made == nullptr) return "the plugin is there, but the element cannot be made";
  ElementPtr element(GST_ELEMENT(gst_object_ref_sink(made)));
  BusPtr bus(gst_bus_new());
  gst_element_set_bus(element.get(), bus.get());
  GstStateChangeReturn result = gst_element_set_state(element.get(), GST_STATE_PAUSED);
  if (result == GST_STATE_CHANGE_ASYNC) result = gst_element_get_state(element.get(), nullptr, nullptr, kOpenLimit);
  std::string said = error_on(bus.get());
  gst_element_set_state(element.get(), GST_STATE_NULL);
  gst_element_set_bus(element.get(), nullptr);
  if (result == GST_STATE_CHANGE_FAILURE) return said.empty() ? "it does not open, and does not say why" : said;
  if (result == GST_STATE_CHANGE_ASYNC) return "it had not opened after 10 s";
  return said;
}

LibraryTrial try_library(const std::string& path) {
  LibraryTrial trial;
  // Stays loaded: unloading CUDA's libraries is what crashes, and this process ends soon.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    trial.error = text_of(dlerror());
    return trial;
  }
  // nvds_version.h, unchanged from 5.0 to 9.2.
  auto version = reinterpret_cast<void (*)(unsigned*, unsigned*)>(dlsym(library, "nvds_version"));
  if (version == nullptr) return trial;
  unsigned major = 0, minor = 0;
  version(&major, &minor);
  trial.version = std::to_string(major) + "." + std::to_string(minor);
  return trial;
}

}  // namespace vedette

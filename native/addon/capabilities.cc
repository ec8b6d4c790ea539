#include "capabilities.h"

#include <dlfcn.h>
#include <gst/gst.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>

#include "family.h"
#include "report.h"

namespace vedette {
namespace {

constexpr char kDeepStreamVersion[] = "/opt/nvidia/deepstream/deepstream/version";

std::string folder_of_this_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&load_gstreamer), &info) == 0 || info.dli_fname == nullptr) return ".";
  std::string path = info.dli_fname;
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// First line: "Version: 7.1.0", or with a date behind it.
std::string deepstream_version() {
  std::ifstream file(kDeepStreamVersion);
  std::string line;
  if (!std::getline(file, line)) return "";
  size_t at = line.find_first_of("0123456789");
  return at == std::string::npos ? "" : line.substr(at, line.find_first_not_of("0123456789.", at) - at);
}

struct PluginOf {
  std::string version;
  std::string file;
};

PluginOf plugin_of(const char* factory) {
  std::unique_ptr<GstElementFactory, Releaser<&gst_object_unref>> found(gst_element_factory_find(factory));
  if (found == nullptr) return {};
  std::unique_ptr<GstPlugin, Releaser<&gst_object_unref>> plugin(
      gst_plugin_feature_get_plugin(GST_PLUGIN_FEATURE(found.get())));
  if (plugin == nullptr) return {};
  return {text_of(gst_plugin_get_version(plugin.get())), text_of(gst_plugin_get_filename(plugin.get()))};
}

std::vector<std::string> blacklisted_plugins() {
  std::vector<std::string> files;
  GList* plugins = gst_registry_get_plugin_list(gst_registry_get());
  for (GList* at = plugins; at != nullptr; at = at->next) {
    auto* plugin = GST_PLUGIN(at->data);
    if (GST_OBJECT_FLAG_IS_SET(plugin, GST_PLUGIN_FLAG_BLACKLISTED))
      files.push_back(text_of(gst_plugin_get_filename(plugin)));
  }
  gst_plugin_list_free(plugins);
  return files;
}

void ask_onnx_runtime(Capabilities& into) {
  // The first two entries of ONNX Runtime's C API: struct OrtApiBase in onnxruntime_c_api.h.
  struct ApiBase {
    const void* (*get_api)(uint32_t version);
    const char* (*get_version)();
  };
  const char* named = std::getenv("VEDETTE_ONNXRUNTIME");
  std::vector<std::string> names;
  if (named != nullptr && *named != '\0')
    names.emplace_back(named);
  else
    names = {"libonnxruntime.so.1", "libonnxruntime.so"};
  for (const std::string& name : names) {
    void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      if (into.onnx_runtime_error.empty()) into.onnx_runtime_error = dlerror();
      continue;
    }
    auto get_base = reinterpret_cast<const ApiBase* (*)()>(dlsym(library, "OrtGetApiBase"));
    if (get_base != nullptr) {
      // Stays loaded: the first model takes it up, and it does not survive being closed.
      into.onnx_runtime_version = get_base()->get_version();
      into.onnx_runtime_error.clear();
      return;
    }
    into.onnx_runtime_error = name + " has no OrtGetApiBase: expected ONNX Runtime";
    dlclose(library);
  }
}

// Into this process only: the user's registry cache stays as it is.
void load_plugin(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) return;  // capabilities() and make() name what is missing
  GError* error = nullptr;
  GstPlugin* plugin = gst_plugin_load_file(path.c_str(), &error);
  if (plugin != nullptr) gst_object_unref(plugin);
  if (error != nullptr) {
    GST_ERROR("%s: %s", path.c_str(), error->message);
    g_error_free(error);
  }
}

}  // namespace

void load_gstreamer() {
  static std::once_flag once;
  std::call_once(once, [] {
    gst_init(nullptr, nullptr);
    load_plugin(folder_of_this_library() + "/libgstvedette.so");
    // A test switch: lets everything that is made for DeepStream run where DeepStream is not. What ships lacks the
    // file.
    const char* stands_in = std::getenv("VEDETTE_REGISTER_NV");
    if (stands_in != nullptr && std::string(stands_in) == "1")
      load_plugin(folder_of_this_library() + "/testing/libgstvedette_nv.so");
  });
}

Capabilities ask_capabilities() {
  load_gstreamer();
  Capabilities found;
  guint major = 0, minor = 0, micro = 0, nano = 0;
  gst_version(&major, &minor, &micro, &nano);
  found.gstreamer_version = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(micro);
  found.deepstream_version = deepstream_version();
  found.family = !found.deepstream_version.empty() && can_make("nvstreammux") ? Family::deepstream : Family::cpu;
  constexpr std::pair<const char*, const char*> kMedia[] = {{"h264", "video/x-h264"}, {"h265", "video/x-h265"},
                                                            {"mjpeg", "image/jpeg"},  {"vp8", "video/x-vp8"},
                                                            {"vp9", "video/x-vp9"},   {"av1", "video/x-av1"}};
  for (const auto& [codec, media] : kMedia) {
    CapsPtr caps(gst_caps_new_empty_simple(media));
    found.decoders[codec] = decoders_for(found.family, caps.get());
    if (codec == std::string("h264") || codec == std::string("h265") || codec == std::string("mjpeg"))
      found.encoders[codec] = encoders_for(caps.get());
  }
  found.deepstream_plugin_version = plugin_of("nvstreammux").version;
  found.rtpmanager_file = plugin_of("rtpjitterbuffer").file;
  found.blacklisted_plugins = blacklisted_plugins();
  ask_onnx_runtime(found);
  const FamilyElements& names = elements_of(found.family);
  for (const char* name : {names.mux,    names.infer,    names.tracker, names.convert,  "parsebin",  "decodebin",
                           "rtspsrc",    "rtph264depay", "h264parse",   "rtph265depay", "h265parse", "rtpjpegdepay",
                           "filesrc",    "souphttpsrc",  "v4l2src",     "appsrc",       "appsink",   "videoconvert",
                           "videoscale", "jpegenc",      "capsfilter",  "queue",        "fakesink"})
    if (!can_make(name)) found.missing_elements.emplace_back(name);
  return found;
}

}  // namespace vedette

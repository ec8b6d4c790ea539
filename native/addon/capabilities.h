// What this machine can run: asked of GStreamer and the file system; nothing is linked, nothing is started.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "description.h"

namespace vedette {

struct Capabilities {
  Family family = Family::cpu;
  std::string gstreamer_version;
  std::map<std::string, std::vector<std::string>> decoders;
  std::string onnx_runtime_version;  // empty: see the error
  std::string onnx_runtime_error;
  std::string deepstream_version;  // empty: not there
  std::vector<std::string> missing_elements;
};

Capabilities ask_capabilities();

// gst_init and our own plugin, from beside this library; once in a process. Throws NativeError {plugin}.
void load_gstreamer();

}  // namespace vedette

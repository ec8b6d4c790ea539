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
  std::map<std::string, std::vector<std::string>> encoders;  // that can be made; whether they open is another question
  std::string onnx_runtime_version;                          // empty: see the error
  std::string onnx_runtime_error;
  std::string deepstream_version;  // empty: not there
  // What the plugin says that has the mux; empty: there is no such plugin.
  std::string deepstream_plugin_version;
  std::string rtpmanager_file;  // of the plugin with rtpjitterbuffer
  // Plugins that crashed or failed while they were scanned: the registry leaves them out from then on.
  std::vector<std::string> blacklisted_plugins;
  std::vector<std::string> missing_elements;
};

Capabilities ask_capabilities();

// gst_init and our own plugin, from beside this library; once in a process. Throws NativeError {plugin}.
void load_gstreamer();

}  // namespace vedette

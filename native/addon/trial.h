// Trying what may take the process down with it: opening an element's device, loading a library of NVIDIA's. Call only
// in a process that may die. Any thread, after load_gstreamer(); returns within its limit unless the driver hangs.
#pragma once

#include <string>

namespace vedette {

// An encoder encodes two frames; anything else is taken to PAUSED, where it has opened its device. Empty: it worked;
// else why not.
std::string try_element(const std::string& factory);

struct LibraryTrial {
  std::string error;    // empty: it loads
  std::string version;  // what nvds_version() of it says, major.minor; empty where it has none
};

LibraryTrial try_library(const std::string& path);

}  // namespace vedette

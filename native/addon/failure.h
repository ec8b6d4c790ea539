// Which of the failures of ../index.ts a GStreamer error is. Any thread.
#pragma once

#include <string>

#include "gst_ptr.h"

namespace vedette {

// Empty when the error only says that no connection came about: ask `diagnose`.
std::string failure_of(const GError& error, const std::string& debug);

// Tries to reach the URL's host itself, because GStreamer's sources do not say why they could not: "dns", "refused",
// "timeout", "certificate" or "network". Blocks for at most two seconds.
std::string diagnose(const std::string& url);

}  // namespace vedette

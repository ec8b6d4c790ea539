// What the stand-ins have in common: a bin of stock elements with the properties that NVIDIA's element has on a
// platform.
#pragma once

#include <gst/gst.h>

#include <initializer_list>
#include <vector>

namespace vedette::testing {

// VEDETTE_STAND_IN_PLATFORM: "jetson", else as on a discrete GPU.
bool is_jetson();

// A property that is accepted, kept by nobody unless a child has one of the same name.
enum class Kind { boolean, integer, natural };
struct Property {
  const char* name;
  Kind kind;
};
// In class_init. What is set goes to the first child that has a property of the name.
void install(GObjectClass* type, const std::vector<Property>& properties);

// Children by factory name in a row, "relabel" for the type of relabel.h and caps for a filter; ghost pads at both
// ends.
void fill(GstBin* bin, std::initializer_list<const char*> row);
GstElement* make_child(GstBin* bin, const char* factory_or_caps);

}  // namespace vedette::testing

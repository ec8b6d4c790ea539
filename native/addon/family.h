// The two element families: one table of element names, and what can be made of them on this machine.
// Any thread, after gst_init.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "description.h"
#include "gst_ptr.h"

namespace vedette {

struct FamilyElements {
  const char* mux;
  const char* infer;
  const char* infer_server;  // null: the family has none
  const char* tracker;
  const char* convert;      // into what the mux takes
  const char* mux_caps;     // what `convert` is to give; null when it may choose
  const char* decoder;      // preferred wherever it takes the stream; null for the best of GStreamer's
  const char* from_device;  // brings a decoded picture back to plain memory for previews; null when it is there already
  const char* pad_deleted;  // how the mux says that nothing more of a pad follows
  // Flushing the mux pad frees a source blocked in it. NVIDIA's own removal does without (see Removal in source.cc).
  bool flush_mux_pad;
};

const FamilyElements& elements_of(Family family);

// Factory names of decoders for `caps`, best first, less those named in VEDETTE_DISABLE_DECODERS.
std::vector<std::string> decoders_for(Family family, const GstCaps* caps);

// Factory names of encoders that give `caps`, best first.
std::vector<std::string> encoders_for(const GstCaps* caps);

// A decoder that opens its device where it has one: the best of those `decoders_for` names, floating. Null when there
// is none.
GstElement* make_decoder(const Device& device, const GstCaps* caps);

// Puts an element on the GPU and its pictures into the memory that are asked for, where it has a say in it. What is not
// asked for is left as it is.
void use(const Device& device, GstElement* element);

bool can_make(const char* factory);
// Throws NativeError {plugin} naming the element and the remedy.
GstElement* make(const std::string& factory, const std::string& name);

std::string factory_of(GstElement* element);
bool has_property(GstElement* element, const char* name);
// Sets a property from text where the element has it: names and enums differ between GStreamer and DeepStream versions.
void set(GstElement* element, const char* name, const std::string& value);

}  // namespace vedette

// What DeepStream's nvdsanalytics attaches as user metadata, read without its headers. Its structures hold containers
// of the C++ library, so their layout is that of libstdc++ with its C++11 strings, as DeepStream's plugins are built
// with.
//
// Read under the metadata's lock; the pointers are good as long as the metadata is.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "offsets.h"
#include "reader.h"

namespace vedette::meta {

// Of an object. 6.3 and later have one more string behind it, which is not read.
struct ObjectAnalytics {
  std::vector<std::string> regions;      // it is in
  std::vector<std::string> overcrowded;  // of these
  std::vector<std::string> lines;        // crossed in this frame
  std::string direction;
  uint32_t component_id;
};

// Of a frame, by the names in the plugin's configuration.
struct FrameAnalytics {
  std::unordered_map<std::string, bool> overcrowded;
  std::unordered_map<std::string, uint32_t> objects_in_region;
  std::unordered_map<std::string, uint64_t> crossings;
  std::unordered_map<std::string, uint64_t> crossings_total;
  uint32_t component_id;
  std::unordered_map<int, uint32_t> objects_of_class;
};

// The type of such metadata: up to 7.1 it is drawn from a quark of the process, from 8.0 it is a constant.
int32_t object_analytics_type(const Offsets& abi);
int32_t frame_analytics_type(const Offsets& abi);

// Null where `user` is something else.
const ObjectAnalytics* object_analytics(const User& user, const Offsets& abi);
const FrameAnalytics* frame_analytics(const User& user, const Offsets& abi);

}  // namespace vedette::meta

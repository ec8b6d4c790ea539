// Encodes what a frame carries beside its columns: fields 17 to 20 of Frame in protocol/frames.proto.
#pragma once

#include <cstdint>
#include <string_view>

#include "../meta/analytics.h"
#include "../meta/reader.h"
#include "wire_format.h"

namespace vedette {

struct PackedAttribute {
  uint32_t object;  // its place in the columns
  uint32_t stage;
  std::string_view label;
  float probability;
};

void append_attribute(wire::Bytes& out, const PackedAttribute& attribute);
void append_mask(wire::Bytes& out, uint32_t object, const meta::Mask& mask);
void append_analytics(wire::Bytes& out, uint32_t object, const meta::ObjectAnalytics& analytics);
void append_analytics(wire::Bytes& out, const meta::FrameAnalytics& analytics);

}  // namespace vedette

#include "frame_parts.h"

#include <algorithm>
#include <map>

namespace vedette {
namespace {

constexpr uint32_t kAttributes = 17, kMasks = 18, kObjectAnalytics = 19, kSceneAnalytics = 20;
// A raster finer than this is no mask of an object, but a fault in what wrote it.
constexpr uint64_t kMostCells = 1 << 20;

// COCO's: column after column, cells outside first, then in turns.
void append_run_lengths(wire::Bytes& out, uint32_t field, const meta::Mask& mask) {
  wire::Bytes counts;
  bool is_inside = false;
  uint64_t run = 0;
  for (uint32_t x = 0; x < mask.width; x++) {
    for (uint32_t y = 0; y < mask.height; y++) {
      const bool inside = mask.values[size_t{y} * mask.width + x] > mask.threshold;
      if (inside != is_inside) {
        wire::append_varint(counts, run);
        is_inside = inside;
        run = 0;
      }
      run++;
    }
  }
  wire::append_varint(counts, run);
  wire::append_message(out, field, counts);
}

// Names in order, so that the same counts are the same bytes.
template <typename Key, typename Value, typename AppendKey>
void append_map(wire::Bytes& out, uint32_t field, const std::unordered_map<Key, Value>& map, AppendKey append_key) {
  for (const auto& [key, value] : std::map<Key, Value>(map.begin(), map.end())) {
    wire::Bytes entry;
    append_key(entry, key);
    wire::append_number(entry, 2, static_cast<uint64_t>(value));
    wire::append_message(out, field, entry);
  }
}

}  // namespace

void append_attribute(wire::Bytes& out, const PackedAttribute& attribute) {
  wire::Bytes message;
  wire::append_number(message, 1, attribute.object);
  wire::append_number(message, 2, attribute.stage);
  wire::append_text(message, 3, attribute.label);
  wire::append_float(message, 4, std::clamp(attribute.probability, 0.0F, 1.0F));
  wire::append_message(out, kAttributes, message);
}

void append_mask(wire::Bytes& out, uint32_t object, const meta::Mask& mask) {
  if (mask.values == nullptr || uint64_t{mask.width} * mask.height > kMostCells) return;
  wire::Bytes message;
  wire::append_number(message, 1, object);
  wire::append_number(message, 2, mask.width);
  wire::append_number(message, 3, mask.height);
  append_run_lengths(message, 4, mask);
  wire::append_message(out, kMasks, message);
}

void append_analytics(wire::Bytes& out, uint32_t object, const meta::ObjectAnalytics& analytics) {
  wire::Bytes message;
  wire::append_number(message, 1, object);
  wire::append_number(message, 2, analytics.component_id);
  for (const std::string& name : analytics.regions) wire::append_text(message, 3, name);
  for (const std::string& name : analytics.overcrowded) wire::append_text(message, 4, name);
  for (const std::string& name : analytics.lines) wire::append_text(message, 5, name);
  if (!analytics.direction.empty()) wire::append_text(message, 6, analytics.direction);
  wire::append_message(out, kObjectAnalytics, message);
}

void append_analytics(wire::Bytes& out, const meta::FrameAnalytics& analytics) {
  const auto name = [](wire::Bytes& entry, const std::string& key) { wire::append_text(entry, 1, key); };
  const auto number = [](wire::Bytes& entry, int key) { wire::append_number(entry, 1, static_cast<uint32_t>(key)); };
  wire::Bytes message;
  wire::append_number(message, 1, analytics.component_id);
  append_map(message, 2, analytics.objects_in_region, name);
  append_map(message, 3, analytics.overcrowded, name);
  append_map(message, 4, analytics.crossings, name);
  append_map(message, 5, analytics.crossings_total, name);
  append_map(message, 6, analytics.objects_of_class, number);
  wire::append_message(out, kSceneAnalytics, message);
}

}  // namespace vedette

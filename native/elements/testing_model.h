// Writes a tiny ONNX model for tests: "means" are the averages of the input's channels, or what `pool` makes of them.
#pragma once

#include <fstream>
#include <string>
#include <vector>

namespace vedette::testing {

inline std::string varint(uint64_t value) {
  std::string out;
  for (; value > 127; value >>= 7) out += static_cast<char>((value & 127) | 128);
  return out + static_cast<char>(value);
}
inline std::string number(int field, uint64_t value) {
  return varint(static_cast<uint64_t>(field) << 3) + varint(value);
}
inline std::string bytes(int field, const std::string& value) {
  return varint((static_cast<uint64_t>(field) << 3) | 2) + varint(value.size()) + value;
}

// ValueInfoProto of a float tensor; -1 is a free dimension.
inline std::string tensor(const std::string& name, const std::vector<int>& shape) {
  std::string dims;
  for (const int one : shape) dims += bytes(1, one < 0 ? bytes(2, "N") : number(1, static_cast<uint64_t>(one)));
  return bytes(1, name) + bytes(2, bytes(1, number(1, 1) + bytes(2, dims)));
}

// `shape` is batch, channels, height, width.
inline std::string means_model(const std::vector<int>& shape, const std::string& pool = "GlobalAveragePool") {
  const std::string node = bytes(1, "picture") + bytes(2, "means") + bytes(3, "pool") + bytes(4, pool);
  const std::string graph = bytes(1, node) + bytes(2, "means") + bytes(11, tensor("picture", shape)) +
                            bytes(12, tensor("means", {shape[0], shape[1], 1, 1}));
  return number(1, 7) + bytes(7, graph) + bytes(8, number(2, 13));
}

inline void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace vedette::testing

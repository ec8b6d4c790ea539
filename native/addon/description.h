// What TypeScript asks for: copies of the structures of ../index.ts, complete and already valid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace vedette {

enum class Family { cpu, deepstream };
// Of pictures on a GPU, numbered as nvbuf-memory-type is; standard: as the platform likes it.
enum class Memory { standard, pinned, device, unified };
enum class Policy { realtime, every_frame };
// pictures: never muxed, decoded for taps and snapshots only.
enum class Purpose { analysis, pictures };
enum class Transport { automatic, tcp, udp };

struct InferStage {
  struct On {
    uint32_t stage;
    std::vector<uint32_t> classes;
  };
  struct Shadow {
    std::vector<int32_t> classes;  // of the first stage, by class of this one; -1 none
  };
  uint32_t id;
  bool is_server;
  std::string config;
  std::optional<On> on;  // a secondary's
  uint32_t interval;
  uint32_t batch_size;  // 0: as the config says
  std::optional<Shadow> shadow;
};

struct ModelUpdate {
  std::string engine_file, config;  // one of the two
  uint32_t limit_ms;
};

// What the elements are, and what they work on.
struct Device {
  Family family;
  uint32_t gpu;
  Memory memory;
  uint32_t extra_surfaces;  // of a hardware decoder, beyond what the stream needs
};

struct PipelineDescription {
  Device device;
  uint32_t max_sources;
  uint32_t batch_size;        // of the mux
  uint32_t buffer_pool_size;  // of the mux; 0: its own
  uint32_t batched_push_timeout_us;
  uint32_t width;
  uint32_t height;
  std::vector<InferStage> stages;
  std::optional<std::string> tracker;
  uint32_t infer_threads;
};

struct RtspInput {
  std::string url, user, password;
  Transport transport;
  uint32_t latency_ms;
};
struct FileInput {
  std::string path;
  bool loop;
};
struct HttpInput {
  std::string url, user, password;
  bool loop;
};
struct V4l2Input {
  std::string device;
};
struct TestInput {
  uint32_t width, height, fps, shapes, seed;
};
struct PushInput {
  uint32_t width, height;
  std::string format;
};
using SourceInput = std::variant<RtspInput, FileInput, HttpInput, V4l2Input, TestInput, PushInput>;

struct SourceDescription {
  std::string name;
  uint32_t index;
  SourceInput input;
  Policy policy;
  double max_analysed_fps;
  bool is_motion_gated;
  Purpose purpose;
  std::string motion_mask;  // as Motion::leave_out takes it
};

// A picture wanted from a camera; width or height 0 follows from the other by the camera's shape.
struct PictureRequest {
  uint32_t width, height;
  std::string format;
  double max_fps;
  int quality;
};

}  // namespace vedette

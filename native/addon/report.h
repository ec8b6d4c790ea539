// What the pipeline tells TypeScript: the events of ../index.ts as plain structures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "comparison.h"

namespace vedette {

struct SourceEvent {
  uint32_t slot = 0;
  uint32_t generation = 0;
  std::string name;
  std::string what;  // connecting, linked, live, warned, ended, failed, removed
  std::string codec;
  uint32_t width = 0;
  uint32_t height = 0;
  std::string failure;
  std::string message;
  std::string element;
  std::string debug;
};

struct PipelineError {
  bool fatal = false;
  std::string code;  // model, element, plugin, metadata, internal
  std::string element;
  std::string message;
  std::string debug;
};

struct SourceStats {
  uint32_t slot = 0;
  uint32_t generation = 0;
  std::string name;
  uint64_t frames_decoded = 0;
  uint64_t frames_muxed = 0;
  uint64_t frames_analysed = 0;
  uint64_t frames_dropped = 0;
  uint64_t frames_still = 0;
  uint64_t packets_late = 0;
  double last_frame_age_ms = -1;
  double longest_gap_ms = 0;
  uint64_t keyframes = 0;
  uint64_t pts_gaps = 0;
  double bits_per_second = 0;
  double latency_ms_p50 = -1;
  double latency_ms_p99 = -1;
  std::optional<double> clock_ahead_ms;
};

struct StageStats {
  uint32_t id = 0;
  uint64_t batches = 0;
  uint64_t frames = 0;
  double infer_ms = -1;
  double latency_ms_p50 = -1;
  double latency_ms_p99 = -1;
};

struct PipelineStats {
  double uptime_ms = 0;
  std::vector<SourceStats> sources;
  uint64_t batches = 0;
  std::vector<StageStats> stages;
  std::optional<ComparisonTotal> comparison;
  uint64_t frames_queue_dropped = 0;
};

struct Picture {
  uint32_t width = 0;
  uint32_t height = 0;
  uint64_t pts_ns = 0;
  int64_t captured_us = 0;
  std::vector<uint8_t> data;
};

// An error with the code that JavaScript sees; `code` as in PipelineError, or "argument".
struct NativeError {
  std::string code;
  std::string message;
};

}  // namespace vedette

// What all sources share: mux → infer → tracker → sink. Built on the JavaScript thread, constant afterwards.
#pragma once

#include <map>

#include "description.h"
#include "family.h"
#include "gst_ptr.h"

namespace vedette {

struct Graph {
  ElementPtr pipeline;
  ElementPtr mux;
  std::map<uint32_t, ElementPtr> stages;  // by id
  ElementPtr tracker;                     // may be null
  ElementPtr sink;
};

// Throws NativeError when an element is missing.
Graph build_graph(const PipelineDescription& description);

// The element of a stage; throws NativeError when there is none of that id. Borrowed.
GstElement* stage_of(const Graph& graph, uint32_t id);

// Frames skipped by a stage between two analysed ones; also while running.
void apply_interval(const Graph& graph, uint32_t stage, uint32_t interval);

// After which a partial batch leaves; also while running.
void apply_push_timeout(const Graph& graph, uint32_t us);

}  // namespace vedette

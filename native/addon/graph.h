// What all sources share: mux → infer → tracker → sink. Built on the JavaScript thread, constant afterwards.
#pragma once

#include "description.h"
#include "family.h"
#include "gst_ptr.h"

namespace vedette {

struct Graph {
  ElementPtr pipeline;
  ElementPtr mux;
  ElementPtr infer;    // may be null
  ElementPtr tracker;  // may be null
  ElementPtr sink;
};

// Throws NativeError when an element is missing.
Graph build_graph(const PipelineDescription& description);

// Frames skipped by inference between two analysed ones; also while running.
void apply_interval(const Graph& graph, uint32_t interval);

}  // namespace vedette

#include "graph.h"

#include <unistd.h>

#include "report.h"

namespace vedette {
namespace {

constexpr char kNvTrackerLibrary[] = "/opt/nvidia/deepstream/deepstream/lib/libnvds_nvmultiobjecttracker.so";
constexpr char kNvTrackerDefault[] =
    "/opt/nvidia/deepstream/deepstream/samples/configs/deepstream-app/config_tracker_NvSORT.yml";

GstElement* add(const Graph& graph, const std::string& factory, const std::string& name) {
  GstElement* element = make(factory, name);
  gst_bin_add(GST_BIN(graph.pipeline.get()), element);
  return element;
}

GstElement* add_mux(const Graph& graph, const PipelineDescription& description) {
  GstElement* mux = add(graph, elements_of(description.device.family).mux, "mux");
  set(mux, "batch-size", std::to_string(description.batch_size));
  if (description.buffer_pool_size > 0) set(mux, "buffer-pool-size", std::to_string(description.buffer_pool_size));
  set(mux, "batched-push-timeout", std::to_string(description.batched_push_timeout_us));
  set(mux, "width", std::to_string(description.width));
  set(mux, "height", std::to_string(description.height));
  set(mux, "live-source", "true");
  // The end of one camera, or of the last, is not the end of the pipeline.
  set(mux, "drop-pipeline-eos", "true");
  set(mux, "attach-sys-ts", "true");
  use(description.device, mux);
  return mux;
}

// What a stage cannot do without: an element that does not have it is of no use.
void demand(GstElement* element, const char* name, const std::string& value) {
  if (!has_property(element, name))
    throw NativeError{"plugin", "expected a property '" + std::string(name) + "' of element '" + factory_of(element) +
                                    "', found none: this version cannot run a secondary stage"};
  set(element, name, value);
}

std::string parted_by_colons(const std::vector<uint32_t>& numbers) {
  std::string text;
  for (uint32_t one : numbers) text += (text.empty() ? "" : ":") + std::to_string(one);
  return text;
}

GstElement* add_stage(const Graph& graph, const PipelineDescription& description, const InferStage& stage) {
  const FamilyElements& names = elements_of(description.device.family);
  std::string id = std::to_string(stage.id);
  if (stage.is_server && names.infer_server == nullptr)
    throw NativeError{"argument", "expected element 'infer' for stage " + id +
                                      ", received 'inferserver': Triton runs in family deepstream only"};
  GstElement* infer = add(graph, stage.is_server ? names.infer_server : names.infer, "infer-" + id);
  g_object_set(infer, "config-file-path", stage.config.c_str(), nullptr);
  use(description.device, infer);
  set(infer, "unique-id", id);
  set(infer, "interval", std::to_string(stage.interval));
  if (stage.batch_size > 0) set(infer, "batch-size", std::to_string(stage.batch_size));
  set(infer, "infer-threads", std::to_string(description.infer_threads));
  // By number: nvinfer has an enumeration here, nvinferserver a number.
  set(infer, "process-mode", stage.on ? "2" : "1");
  if (stage.on) {
    demand(infer, "process-mode", "2");
    demand(infer, "infer-on-gie-id", std::to_string(stage.on->stage));
    if (!stage.on->classes.empty()) demand(infer, "infer-on-class-ids", parted_by_colons(stage.on->classes));
  }
  return infer;
}

GstElement* add_tracker(const Graph& graph, const PipelineDescription& description) {
  GstElement* tracker = add(graph, elements_of(description.device.family).tracker, "tracker");
  bool is_default = *description.tracker == "default";
  use(description.device, tracker);
  set(tracker, "tracker-width", std::to_string(description.width / 32 * 32));
  set(tracker, "tracker-height", std::to_string(description.height / 32 * 32));
  if (access(kNvTrackerLibrary, R_OK) == 0) set(tracker, "ll-lib-file", kNvTrackerLibrary);
  if (!is_default)
    g_object_set(tracker, "ll-config-file", description.tracker->c_str(), nullptr);
  else if (description.device.family == Family::deepstream && access(kNvTrackerDefault, R_OK) == 0)
    set(tracker, "ll-config-file", kNvTrackerDefault);
  return tracker;
}

}  // namespace

Graph build_graph(const PipelineDescription& description) {
  Graph graph;
  graph.pipeline.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("vedette"))));
  // Cameras come and go: none of them may be the clock of the others.
  ClockPtr clock(gst_system_clock_obtain());
  gst_pipeline_use_clock(GST_PIPELINE(graph.pipeline.get()), clock.get());
  GstElement* last = add_mux(graph, description);
  graph.mux = share(last);
  auto chain = [&](GstElement* element) {
    gst_element_link(last, element);
    last = element;
  };
  auto chain_queue = [&] {
    GstElement* queue = add(graph, "queue", "");
    g_object_set(queue, "max-size-buffers", 2U, "max-size-bytes", 0U, "max-size-time", guint64{0}, nullptr);
    chain(queue);
  };
  auto chain_stage = [&](const InferStage& stage) {
    chain(add_stage(graph, description, stage));
    graph.stages[stage.id] = share(last);
    chain_queue();
  };
  const std::vector<InferStage>& stages = description.stages;
  if (!stages.empty()) chain_stage(stages.front());
  if (description.tracker) {
    chain(add_tracker(graph, description));
    graph.tracker = share(last);
    if (stages.size() > 1) chain_queue();
  }
  // After the tracker: secondaries look at objects that have ids, a shadow's objects are never tracked.
  for (bool is_shadow : {false, true})
    for (size_t i = 1; i < stages.size(); i++)
      if (stages[i].shadow.has_value() == is_shadow) chain_stage(stages[i]);
  GstElement* sink = add(graph, "fakesink", "sink");
  g_object_set(sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, "qos", FALSE, nullptr);
  chain(sink);
  graph.sink = share(sink);
  return graph;
}

GstElement* stage_of(const Graph& graph, uint32_t id) {
  auto found = graph.stages.find(id);
  if (found == graph.stages.end())
    throw NativeError{"argument", "expected the id of a stage of this pipeline, received " + std::to_string(id)};
  return found->second.get();
}

void apply_interval(const Graph& graph, uint32_t stage, uint32_t interval) {
  set(stage_of(graph, stage), "interval", std::to_string(interval));
}

void apply_push_timeout(const Graph& graph, uint32_t us) {
  set(graph.mux.get(), "batched-push-timeout", std::to_string(us));
}

}  // namespace vedette

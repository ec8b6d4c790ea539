// What the pipeline hears of itself: bus messages, the metadata at its sink, and the second hand.
#include <algorithm>
#include <cstring>
#include <utility>

#include "family.h"
#include "pipeline.h"

namespace vedette {
namespace {

constexpr auto kTick = std::chrono::milliseconds(1000);
constexpr auto kRemovalLimit = std::chrono::milliseconds(6000);

// The slot and generation of the source bin that `object` lies in; see Source::build for the name.
bool find_place(GstObject* object, GstObject* pipeline, uint32_t& slot, uint32_t& generation) {
  ObjectPtr at(GST_OBJECT(gst_object_ref(object)));
  while (at != nullptr && at.get() != pipeline) {
    ObjectPtr parent(gst_object_get_parent(at.get()));
    if (parent.get() == pipeline) {
      TextPtr name(gst_object_get_name(at.get()));
      return std::sscanf(name.get(), "source-%u-%u", &slot, &generation) == 2;
    }
    at = std::move(parent);
  }
  return false;
}

// NVIDIA's parser for its own event: the field names are in closed code (deepstream 3.2).
std::optional<uint32_t> deleted_pad_of(GstEvent* event) {
  const GstStructure* structure = gst_event_get_structure(event);
  if (structure == nullptr) return std::nullopt;
  constexpr guint kNvPadDeleted = 401;
  bool is_ours = gst_structure_has_name(structure, "vedette-pad-deleted");
  if (!is_ours && static_cast<guint>(GST_EVENT_TYPE(event)) >> GST_EVENT_NUM_SHIFT != kNvPadDeleted)
    return std::nullopt;
  guint pad = 0;
  for (const char* field : {"pad-id", "source-id", "stream-id"})
    if (gst_structure_get_uint(structure, field, &pad)) return pad;
  // Whatever the field is called, it is the only number in there.
  for (gint i = 0; i < gst_structure_n_fields(structure); i++) {
    const GValue* value =
        gst_structure_get_value(structure, gst_structure_nth_field_name(structure, static_cast<guint>(i)));
    if (G_VALUE_HOLDS_UINT(value)) return g_value_get_uint(value);
    if (G_VALUE_HOLDS_INT(value)) return static_cast<uint32_t>(g_value_get_int(value));
  }
  return std::nullopt;
}

}  // namespace

void Pipeline::watch_bus() {
  BusPtr bus(gst_element_get_bus(graph_.pipeline.get()));
  // In the posting thread, and nothing is queued: a camera that complains for weeks fills no memory.
  gst_bus_set_sync_handler(
      bus.get(),
      [](GstBus*, GstMessage* message, gpointer data) -> GstBusSyncReply {
        if (auto pipeline = locked<Pipeline>(data)) pipeline->on_message(message);
        gst_message_unref(message);
        return GST_BUS_DROP;
      },
      hold(shared_from_this()), &let_go<Pipeline>);
}

void Pipeline::on_message(GstMessage* message) {
  if (state_ >= PipelineState::stopping) return;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING) return on_element_warning(message);
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return;
  uint32_t slot = 0, generation = 0;
  if (!find_place(GST_MESSAGE_SRC(message), GST_OBJECT(graph_.pipeline.get()), slot, generation))
    return on_element_error(message);
  std::shared_ptr<Source> source = slots_.find(slot, generation);
  if (source == nullptr) return;
  GError* raw = nullptr;
  gchar* text = nullptr;
  gst_message_parse_error(message, &raw, &text);
  ErrorPtr error(raw);
  TextPtr debug(text);
  TextPtr name(gst_object_get_name(GST_MESSAGE_SRC(message)));
  source->error(text_of(name.get()), *error, text_of(debug.get()));
}

void Pipeline::on_element_warning(GstMessage* message) {
  GError* raw = nullptr;
  gchar* text = nullptr;
  gst_message_parse_warning(message, &raw, &text);
  ErrorPtr warning(raw);
  TextPtr debug(text);
  GstObject* from = GST_MESSAGE_SRC(message);
  model_updates_->warn(from, clean(text_of(warning->message)));
  uint32_t slot = 0, generation = 0;
  std::shared_ptr<Source> source;
  if (find_place(from, GST_OBJECT(graph_.pipeline.get()), slot, generation)) {
    source = slots_.find(slot, generation);
    if (source == nullptr) return;
  }
  // Elements of a source have other names with each connection.
  std::string kind = GST_IS_ELEMENT(from) ? factory_of(GST_ELEMENT(from)) : "";
  auto news = warnings_.news((source == nullptr ? "" : source->description().name) + '/' + kind,
                             text_of(warning->message), monotonic_us());
  if (!news) return;
  if (source != nullptr) return source->warning(kind, *news, text_of(debug.get()));
  TextPtr name(gst_object_get_name(from));
  outbox_->put(PipelineError{false, "element", text_of(name.get()), clean(*news), clean(text_of(debug.get()))});
}

void Pipeline::on_element_error(GstMessage* message) {
  GError* raw = nullptr;
  gchar* text = nullptr;
  gst_message_parse_error(message, &raw, &text);
  ErrorPtr error(raw);
  TextPtr debug(text);
  TextPtr name(gst_object_get_name(GST_MESSAGE_SRC(message)));
  PipelineError report;
  report.fatal = true;
  report.element = text_of(name.get());
  report.code = report.element.rfind("infer-", 0) == 0 ? "model" : "element";
  report.message = clean(text_of(error->message));
  report.debug = clean(text_of(debug.get()));
  {
    std::lock_guard lock(mutex_);
    // One failure is echoed by every element upstream; the first says why.
    if (first_error_) return;
    first_error_ = NativeError{report.code, report.element + ": " + report.message};
  }
  outbox_->put(std::move(report));
}

// An element behind the mux may repeat what an element before it said.
std::string Pipeline::clean(std::string text) const {
  for (const auto& source : slots_.all()) text = source->redaction().clean(text);
  return text;
}

void Pipeline::watch_sink() {
  PadPtr end(gst_element_get_static_pad(graph_.sink.get(), "sink"));
  gst_pad_add_probe(
      end.get(), static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      [](GstPad*, GstPadProbeInfo* info, gpointer data) {
        auto pipeline = locked<Pipeline>(data);
        if (pipeline == nullptr) return GST_PAD_PROBE_OK;
        if ((GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
          pipeline->analysis_->read(GST_PAD_PROBE_INFO_BUFFER(info));
        else if (auto pad = deleted_pad_of(GST_PAD_PROBE_INFO_EVENT(info)))
          pipeline->free_slot(pipeline->slots_.pad_deleted(*pad));
        return GST_PAD_PROBE_OK;
      },
      hold(shared_from_this()), &let_go<Pipeline>);
}

void Pipeline::tick() {
  {
    std::lock_guard lock(mutex_);
    is_ticking_ = true;
  }
  // The pipeline is only borrowed: stop_now() waits for this thread.
  std::thread([this] {
    int64_t before = monotonic_us();
    std::unique_lock lock(mutex_);
    while (!stopping_.wait_for(lock, kTick, [this] { return state_ >= PipelineState::stopping; })) {
      lock.unlock();
      int64_t now = monotonic_us();
      count(static_cast<double>(now - before) / 1e6);
      before = now;
      lock.lock();
    }
    is_ticking_ = false;
    stopping_.notify_all();
  }).detach();
}

void Pipeline::count(double seconds) {
  outbox_->put(stats(seconds));
  model_updates_->expire(false);
  for (const auto& source : slots_.all()) source->settle_end();
  for (auto& late : slots_.overdue(kRemovalLimit)) {
    outbox_->put(PipelineError{true, "internal", "mux",
                               "source '" + late.source->description().name + "' was not released within " +
                                   std::to_string(kRemovalLimit.count()) + " ms",
                               ""});
    for (const auto& settle : late.waiting) settle(false);
  }
}

PipelineStats Pipeline::stats(double seconds) {
  PipelineStats stats;
  stats.uptime_ms = static_cast<double>(monotonic_us() - began_us_) / 1000;
  for (const auto& source : slots_.all()) stats.sources.push_back(source->stats(seconds));
  stats.batches = analysis_->batches();
  stats.frames_queue_dropped = outbox_->frames_dropped();
  for (const auto& watch : stage_watches_) stats.stages.push_back(watch->read());
  if (shadow_watch_ != nullptr) stats.comparison = shadow_watch_->total();
  return stats;
}

void Pipeline::watch_stages() {
  for (const InferStage& stage : description_.stages) {
    GstElement* element = stage_of(graph_, stage.id);
    stage_watches_.push_back(std::make_shared<StageWatch>(stage, element));
    stage_watches_.back()->start();
    if (stage.on) {
      auto gate = std::make_shared<StageGate>(stage.on->stage);
      gate->start(element);
      stage_gates_[stage.id] = std::move(gate);
    }
    if (!stage.shadow) continue;
    const InferStage& first = description_.stages.front();
    shadow_watch_ = std::make_shared<ShadowWatch>(first.id, stage.id, stage.shadow->classes);
    shadow_watch_->start(stage_of(graph_, first.id), element);
  }
}

}  // namespace vedette

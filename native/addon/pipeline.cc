#include "pipeline.h"

#include <utility>

#include "main_loop.h"

namespace vedette {
namespace {

// Together within three seconds.
constexpr auto kSourcesLimit = std::chrono::milliseconds(1200);
constexpr auto kStopLimit = std::chrono::milliseconds(1200);
constexpr auto kErrandsLimit = std::chrono::milliseconds(500);
constexpr GstClockTime kStartLimit = 15 * 60 * GST_SECOND;  // TensorRT may build an engine first

std::vector<int32_t> shadows_of(const PipelineDescription& description) {
  std::vector<int32_t> shadows;
  for (const InferStage& stage : description.stages)
    if (stage.shadow) shadows.push_back(static_cast<int32_t>(stage.id));
  return shadows;
}

std::string number(uint64_t value) { return std::to_string(value); }

}  // namespace

Pipeline::Pipeline(PipelineDescription description, std::shared_ptr<Outbox> outbox)
    : description_(std::move(description)), outbox_(std::move(outbox)), slots_(description_.max_sources) {}

Pipeline::~Pipeline() { stop_now(); }

void Pipeline::build() {
  graph_ = build_graph(description_);
  // The new nvstreammux scales nothing: each frame has a space of its own.
  bool is_scaled = has_property(graph_.mux.get(), "width");
  analysis_.emplace(slots_, *outbox_,
                    Analysis::Rules{is_scaled ? description_.width : 0, is_scaled ? description_.height : 0,
                                    shadows_of(description_)});
  run_main_loop();
  watch_bus();
  watch_stages();
  watch_sink();
}

bool Pipeline::advance(PipelineState to) {
  PipelineState from = state_;
  while (from < to)
    if (state_.compare_exchange_weak(from, to)) return true;
  return false;
}

void Pipeline::start(Done done) {
  if (!advance(PipelineState::starting))
    return done(NativeError{"argument", "expected a pipeline that was not started before"});
  began_us_ = monotonic_us();
  errands_->run([self = shared_from_this(), done = std::move(done)] {
    GstElement* pipeline = self->graph_.pipeline.get();
    GstStateChangeReturn reached = gst_element_set_state(pipeline, GST_STATE_PLAYING);
    if (reached == GST_STATE_CHANGE_ASYNC) reached = gst_element_get_state(pipeline, nullptr, nullptr, kStartLimit);
    if (reached != GST_STATE_CHANGE_FAILURE && reached != GST_STATE_CHANGE_ASYNC) {
      self->tick();
      if (self->advance(PipelineState::playing)) return done(std::nullopt);
      return done(NativeError{"internal", "the pipeline was stopped while it started"});
    }
    std::unique_lock lock(self->mutex_);
    NativeError error = self->first_error_.value_or(NativeError{"internal", "the pipeline did not reach PLAYING"});
    lock.unlock();
    done(std::move(error));
  });
}

std::pair<uint32_t, uint32_t> Pipeline::add_source(SourceDescription description) {
  if (state_ < PipelineState::starting || state_ > PipelineState::playing)
    throw NativeError{"argument", "expected a running pipeline for source '" + description.name + "'"};
  auto place = slots_.reserve(description.purpose);
  if (!place)
    throw NativeError{"argument", "expected at most " + number(description_.max_sources) + " sources, received '" +
                                      description.name + "' as one more: remove another or raise maxSources"};
  Source::Place at{place->first, place->second, description_.device, 0};
  {
    std::lock_guard lock(mutex_);
    at.first_number = numbers_[description.index];
  }
  auto source = Source::create(std::move(description), at, errands_,
                               [outbox = outbox_](SourceEvent event) { outbox->put(std::move(event)); });
  slots_.put(at.slot, source);
  errands_->run(
      [self = shared_from_this(), source] { source->connect(self->graph_.pipeline.get(), self->graph_.mux.get()); });
  return *place;
}

void Pipeline::remove_source(uint32_t slot, const Done& done) {
  auto settle = [done](bool is_removed) {
    done(is_removed ? std::optional<NativeError>()
                    : NativeError{"internal", "the source was not released in time: the pipeline must be made again"});
  };
  bool is_free = false;
  std::shared_ptr<Source> source = slots_.begin_removal(slot, settle, is_free);
  if (is_free) return done(std::nullopt);
  if (source == nullptr) return;
  source->release();
  errands_->run([self = shared_from_this(), source, slot] {
    bool had_pad = source->disconnect(self->graph_.pipeline.get(), self->graph_.mux.get());
    // Without a pad the mux has nothing to announce.
    if (!had_pad) self->free_slot(self->slots_.pad_deleted(slot));
    self->free_slot(self->slots_.disconnected(slot));
  });
}

void Pipeline::free_slot(std::optional<Slots::Freed> freed) {
  if (!freed) return;
  {
    std::lock_guard lock(mutex_);
    const SourceDescription& gone = freed->source->description();
    if (gone.purpose == Purpose::analysis) numbers_[gone.index] = freed->source->number();
    for (auto tap = taps_.begin(); tap != taps_.end();)
      tap = tap->second.first == freed->source ? taps_.erase(tap) : std::next(tap);
  }
  outbox_->put(freed->source->event("removed"));
  for (const auto& settle : freed->waiting) settle(true);
}

void Pipeline::set_interval(uint32_t stage, uint32_t interval) { apply_interval(graph_, stage, interval); }

void Pipeline::set_push_timeout(uint32_t us) {
  if (state_ < PipelineState::stopping) apply_push_timeout(graph_, us);
}

void Pipeline::set_held(uint32_t stage, bool is_held) {
  auto found = stage_gates_.find(stage);
  if (found == stage_gates_.end())
    throw NativeError{"argument", "expected the id of a secondary stage of this pipeline, received " + number(stage)};
  found->second->set_open(!is_held);
}

void Pipeline::set_max_analysed_fps(uint32_t slot, double fps) { source_at(slot)->set_max_analysed_fps(fps); }

void Pipeline::update_model(uint32_t stage, const ModelUpdate& update, const Done& done) {
  GstElement* element = stage_of(graph_, stage);
  if (state_ != PipelineState::playing)
    throw NativeError{"argument", "expected a running pipeline for a new model of stage " + number(stage)};
  errands_->run(
      [self = shared_from_this(), element = std::shared_ptr<GstElement>(share(element)), stage, update, done] {
        self->model_updates_->begin(stage, element.get(), update, done);
        if (self->state_ >= PipelineState::stopping) self->model_updates_->expire(true);
      });
}

std::shared_ptr<Source> Pipeline::source_at(uint32_t slot) const {
  std::shared_ptr<Source> source = slots_.live(slot);
  if (source == nullptr) throw NativeError{"argument", "expected the slot of a source, received " + number(slot)};
  return source;
}

uint64_t Pipeline::tap(uint32_t slot, const PictureRequest& request) {
  std::shared_ptr<Source> source = source_at(slot);
  std::lock_guard lock(mutex_);
  uint64_t id = next_tap_++;
  auto room = std::make_shared<Darkroom>(request, description_.device, [outbox = outbox_, id](Picture picture) {
    outbox->put_picture(id, std::move(picture));
  });
  taps_[id] = {source, room};
  errands_->run([outbox = outbox_, source, room] {
    try {
      room->start();
      source->border().watch(room);
    } catch (const NativeError& error) {
      outbox->put(PipelineError{false, error.code, "tap", error.message, ""});
    }
  });
  return id;
}

void Pipeline::untap(uint64_t id) {
  std::pair<std::shared_ptr<Source>, std::shared_ptr<Darkroom>> tap;
  {
    std::lock_guard lock(mutex_);
    auto at = taps_.find(id);
    if (at == taps_.end()) return;
    tap = std::move(at->second);
    taps_.erase(at);
  }
  // Closing it joins its thread.
  errands_->run([tap = std::move(tap)]() mutable { tap.first->border().unwatch(tap.second.get()); });
}

void Pipeline::snapshot(uint32_t slot, const PictureRequest& request, std::chrono::milliseconds limit,
                        OnPicture on_picture) {
  std::shared_ptr<Source> source = source_at(slot);
  struct Wait {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<Picture> picture;
  };
  errands_->run([device = description_.device, source, request, limit, on_picture = std::move(on_picture)] {
    auto wait = std::make_shared<Wait>();
    auto room = std::make_shared<Darkroom>(request, device, [wait](Picture picture) {
      std::lock_guard lock(wait->mutex);
      if (!wait->picture) wait->picture = std::move(picture);
      wait->arrived.notify_all();
    });
    try {
      room->start();
    } catch (const NativeError&) {
      return on_picture(std::nullopt);
    }
    source->border().watch(room);
    std::unique_lock lock(wait->mutex);
    // In slices, so that a source or pipeline that goes away does not keep its owner waiting.
    auto deadline = std::chrono::steady_clock::now() + limit;
    while (!wait->picture && !source->is_closing() && std::chrono::steady_clock::now() < deadline)
      wait->arrived.wait_until(lock,
                               std::min(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds(50)));
    std::optional<Picture> picture = std::move(wait->picture);
    lock.unlock();
    source->border().unwatch(room.get());
    on_picture(std::move(picture));
  });
}

bool Pipeline::push(uint32_t slot, const uint8_t* pixels, size_t bytes, uint64_t pts_ns) {
  return source_at(slot)->push(pixels, bytes, pts_ns);
}

bool Pipeline::push(uint32_t slot, SamplePtr& frame, uint64_t pts_ns) { return source_at(slot)->push(frame, pts_ns); }

void Pipeline::end_push(uint32_t slot) { source_at(slot)->end_push(); }

void Pipeline::draw(std::function<void(std::string)> done) {
  errands_->run([pipeline = std::shared_ptr<GstElement>(share(graph_.pipeline.get())), done = std::move(done)] {
    gchar* text = gst_debug_bin_to_dot_data(
        GST_BIN(pipeline.get()),
        static_cast<GstDebugGraphDetails>(GST_DEBUG_GRAPH_SHOW_MEDIA_TYPE | GST_DEBUG_GRAPH_SHOW_STATES));
    std::string graph = text == nullptr ? "" : text;
    g_free(text);
    done(std::move(graph));
  });
}

void Pipeline::stop(std::function<void()> done) {
  // On a thread of its own, not an errand: it waits for the errands.
  std::thread([self = shared_from_this(), done = std::move(done)]() mutable {
    self->stop_now();
    self.reset();
    if (done) done();
  }).detach();
}

void Pipeline::stop_now() {
  std::unique_lock one_stop(stop_mutex_);
  if (!advance(PipelineState::stopping)) return;
  stopping_.notify_all();
  model_updates_->expire(true);
  for (const auto& source : slots_.all()) source->release();
  {
    std::lock_guard lock(mutex_);
    taps_.clear();
  }
  if (graph_.pipeline != nullptr) {
    // What hangs keeps its own references and is left behind; an engine process that ends takes it along.
    Errands sources, whole;
    for (const auto& source : slots_.all()) sources.run([source] { source->halt(); });
    bool is_null = sources.finish(kSourcesLimit);
    whole.run([pipeline = std::shared_ptr<GstElement>(share(graph_.pipeline.get()))] {
      gst_element_set_state(pipeline.get(), GST_STATE_NULL);
    });
    is_null = whole.finish(kStopLimit) && errands_->finish(kErrandsLimit) && is_null;
    BusPtr bus(gst_element_get_bus(graph_.pipeline.get()));
    gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
    if (!is_null)
      outbox_->put(PipelineError{true, "internal", "pipeline", "the pipeline did not stop within 3000 ms", ""});
  }
  for (auto& freed : slots_.clear()) {
    freed.source->forget();
    outbox_->put(freed.source->event("removed"));
    for (const auto& settle : freed.waiting) settle(true);
  }
  {
    std::unique_lock lock(mutex_);
    stopping_.wait_for(lock, kStopLimit, [this] { return !is_ticking_; });
  }
  graph_ = Graph{};
  advance(PipelineState::stopped);
}

}  // namespace vedette

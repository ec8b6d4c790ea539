// A running pipeline: its graph, its slots, and what is told about them. Executes what TypeScript decided.
//
// add_source, remove_source, tap, snapshot, push and stop are called on the JavaScript thread and never block; what may
// block runs as an errand. Reports go to the outbox from any thread. Locks: Slots, Source and Outbox each have their
// own, none is held while another is taken, except Outbox's, which is innermost.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "analysis.h"
#include "darkroom.h"
#include "description.h"
#include "errands.h"
#include "graph.h"
#include "model_updates.h"
#include "outbox.h"
#include "shadow_watch.h"
#include "slots.h"
#include "stage_gate.h"
#include "stage_watch.h"
#include "warnings.h"

namespace vedette {

// Moves forward only.
enum class PipelineState { made, starting, playing, stopping, stopped };

class Pipeline : public std::enable_shared_from_this<Pipeline> {
 public:
  using Done = std::function<void(std::optional<NativeError>)>;
  using OnPicture = std::function<void(std::optional<Picture>)>;

  Pipeline(PipelineDescription description, std::shared_ptr<Outbox> outbox);
  ~Pipeline();
  // Throws NativeError when it cannot be made.
  void build();
  void start(Done done);
  // Throws NativeError when there is no free slot.
  std::pair<uint32_t, uint32_t> add_source(SourceDescription source);
  void remove_source(uint32_t slot, const Done& done);
  // The mux lets a partial batch go after this time, from now on.
  void set_push_timeout(uint32_t us);
  // These throw NativeError when there is no such stage, or source.
  void set_interval(uint32_t stage, uint32_t interval);
  void set_held(uint32_t stage, bool is_held);
  void set_max_analysed_fps(uint32_t slot, double fps);
  void update_model(uint32_t stage, const ModelUpdate& update, const Done& done);
  // Pictures until `untap`; they arrive in the outbox under the tap's number.
  uint64_t tap(uint32_t slot, const PictureRequest& request);
  void untap(uint64_t id);
  void snapshot(uint32_t slot, const PictureRequest& request, std::chrono::milliseconds limit, OnPicture on_picture);
  bool push(uint32_t slot, const uint8_t* pixels, size_t bytes, uint64_t pts_ns);
  bool push(uint32_t slot, SamplePtr& frame, uint64_t pts_ns);
  void end_push(uint32_t slot);
  // The graph with its states as Graphviz text; without properties, which may hold credentials.
  void draw(std::function<void(std::string)> done);
  // `done` may be empty.
  void stop(std::function<void()> done);
  PipelineState state() const { return state_; }

 private:
  bool advance(PipelineState to);
  void watch_bus();
  void watch_sink();
  void watch_stages();
  void on_message(GstMessage* message);
  void on_element_error(GstMessage* message);
  void on_element_warning(GstMessage* message);
  // Without the credentials of any source.
  std::string clean(std::string text) const;
  void free_slot(std::optional<Slots::Freed> freed);
  void tick();
  void count(double seconds);
  void stop_now();
  PipelineStats stats(double seconds);
  std::shared_ptr<Source> source_at(uint32_t slot) const;

  const PipelineDescription description_;
  const std::shared_ptr<Outbox> outbox_;
  const std::shared_ptr<Errands> errands_ = std::make_shared<Errands>();
  Graph graph_;
  Slots slots_;
  std::optional<Analysis> analysis_;  // made by build()
  Warnings warnings_;
  const std::shared_ptr<ModelUpdates> model_updates_ = std::make_shared<ModelUpdates>();
  // Constant after build().
  std::vector<std::shared_ptr<StageWatch>> stage_watches_;
  std::map<uint32_t, std::shared_ptr<StageGate>> stage_gates_;  // of the secondaries
  std::shared_ptr<ShadowWatch> shadow_watch_;                   // null without a shadow
  std::atomic<PipelineState> state_{PipelineState::made};
  int64_t began_us_ = 0;

  std::mutex stop_mutex_;  // outermost: a second stop waits for the first
  std::mutex mutex_;       // the fields below
  std::condition_variable stopping_;
  std::optional<NativeError> first_error_;
  std::map<uint32_t, uint64_t> numbers_;  // by camera index: the frame number its last source ended with
  std::map<uint64_t, std::pair<std::shared_ptr<Source>, std::shared_ptr<Darkroom>>> taps_;
  uint64_t next_tap_ = 1;
  bool is_ticking_ = false;
};

}  // namespace vedette

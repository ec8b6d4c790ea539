#include "model_updates.h"

#include <utility>
#include <vector>

#include "family.h"
#include "tally.h"

namespace vedette {
namespace {

constexpr char kSignal[] = "model-updated";

NativeError refusal(const std::string& path, const std::string& why) {
  return {"model", "the model '" + path + "' was not taken" + (why.empty() ? "" : ": " + why)};
}

}  // namespace

void ModelUpdates::begin(uint32_t stage, GstElement* element, const ModelUpdate& update, const Done& done) {
  const char* property = update.config.empty() ? "model-engine-file" : "config-file-path";
  const std::string& path = update.config.empty() ? update.engine_file : update.config;
  if (g_signal_lookup(kSignal, G_OBJECT_TYPE(element)) == 0 || !has_property(element, property))
    return done(refusal(path, "element '" + factory_of(element) +
                                  "' cannot change its model while it runs, the pipeline must be made again"));
  {
    std::lock_guard lock(mutex_);
    Pending pending{share(element), path, monotonic_us() + int64_t{update.limit_ms} * 1000, 0, "", done};
    if (pending_.try_emplace(stage, std::move(pending)).second)
      pending_.at(stage).handler = g_signal_connect_data(
          element, kSignal, G_CALLBACK(+[](GstElement* from, gint status, const gchar* updated, gpointer data) {
            if (auto self = locked<ModelUpdates>(data)) self->on_updated(from, status, text_of(updated));
          }),
          hold(shared_from_this()), &let_go_closure<ModelUpdates>, static_cast<GConnectFlags>(0));
    else
      property = nullptr;
  }
  if (property == nullptr)
    return done(refusal(path, "another update of stage " + std::to_string(stage) + " is under way, wait for its end"));
  g_object_set(element, property, path.c_str(), nullptr);
}

std::optional<ModelUpdates::Pending> ModelUpdates::take(uint32_t stage) {
  std::optional<Pending> taken;
  {
    std::lock_guard lock(mutex_);
    auto at = pending_.find(stage);
    if (at == pending_.end()) return taken;
    taken = std::move(at->second);
    pending_.erase(at);
  }
  g_signal_handler_disconnect(taken->element.get(), taken->handler);
  return taken;
}

void ModelUpdates::on_updated(GstElement* element, int status, const std::string& path) {
  std::optional<uint32_t> stage;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, one] : pending_)
      if (one.element.get() == element && one.path == path) stage = id;
  }
  if (!stage) return;
  std::optional<Pending> pending = take(*stage);
  if (!pending) return;
  if (status == 0) return pending->done(std::nullopt);
  pending->done(
      refusal(path, pending->warning.empty() ? "NvDsInferStatus " + std::to_string(status) : pending->warning));
}

void ModelUpdates::warn(const GstObject* element, const std::string& words) {
  std::lock_guard lock(mutex_);
  for (auto& [stage, one] : pending_)
    if (GST_OBJECT(one.element.get()) == element) one.warning = words;
}

void ModelUpdates::expire(bool all) {
  std::vector<uint32_t> overdue;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [stage, one] : pending_)
      if (all || one.until_us < monotonic_us()) overdue.push_back(stage);
  }
  for (uint32_t stage : overdue) {
    std::optional<Pending> pending = take(stage);
    if (!pending) continue;
    std::string why = all ? "the pipeline was stopped meanwhile" : "it was not loaded in the time it was given";
    pending->done(refusal(pending->path, pending->warning.empty() ? why : why + "; " + pending->warning));
  }
}

}  // namespace vedette

#include "jitter_buffers.h"

#include <vector>

#include "family.h"

namespace vedette {
namespace {

// A camera whose encoder begins anew over and over makes a buffer each time: the newest are asked.
constexpr size_t kMostKept = 2;

uint64_t late_in(GstElement* buffer) {
  if (!has_property(buffer, "stats")) return 0;
  GstStructure* stats = nullptr;
  g_object_get(buffer, "stats", &stats, nullptr);
  if (stats == nullptr) return 0;
  guint64 late = 0;
  gst_structure_get_uint64(stats, "num-late", &late);
  gst_structure_free(stats);
  return late;
}

}  // namespace

void JitterBuffers::watch(GstElement* rtspsrc) {
  g_signal_connect_data(rtspsrc, "new-manager", G_CALLBACK(+[](GstElement*, GstElement* manager, gpointer data) {
                          auto self = locked<JitterBuffers>(data);
                          if (self == nullptr || g_signal_lookup("new-jitterbuffer", G_OBJECT_TYPE(manager)) == 0)
                            return;
                          g_signal_connect_data(
                              manager, "new-jitterbuffer",
                              G_CALLBACK(+[](GstElement*, GstElement* buffer, guint, guint, gpointer of) {
                                if (auto buffers = locked<JitterBuffers>(of)) buffers->add(buffer);
                              }),
                              hold(self), &let_go_closure<JitterBuffers>, static_cast<GConnectFlags>(0));
                        }),
                        hold(shared_from_this()), &let_go_closure<JitterBuffers>, static_cast<GConnectFlags>(0));
}

void JitterBuffers::add(GstElement* jitter_buffer) {
  ElementPtr oldest;
  {
    std::lock_guard lock(mutex_);
    buffers_.push_back(share(jitter_buffer));
    if (buffers_.size() <= kMostKept) return;
    oldest = std::move(buffers_.front());
    buffers_.pop_front();
  }
  uint64_t late = late_in(oldest.get());
  std::lock_guard lock(mutex_);
  late_in_old_ += late;
}

uint64_t JitterBuffers::late() {
  std::vector<ElementPtr> buffers;
  uint64_t late = 0;
  {
    std::lock_guard lock(mutex_);
    for (const ElementPtr& one : buffers_) buffers.push_back(share(one.get()));
    late = late_in_old_;
  }
  for (const ElementPtr& one : buffers) late += late_in(one.get());
  return late;
}

void JitterBuffers::forget() {
  std::deque<ElementPtr> gone;
  std::lock_guard lock(mutex_);
  gone.swap(buffers_);
}

}  // namespace vedette

#include "metadata_load.h"

#include <time.h>

#include <cmath>
#include <numeric>

#include "../../meta/writer.h"
#include "object_parts.h"

namespace vedette {
namespace {

constexpr uint32_t kWidth = 1920, kHeight = 1080;
constexpr uint32_t kClasses = 3;

int64_t thread_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Where an object is: each at its own pace, turning round at the borders, as people on a square do.
meta::Box box_at(uint32_t camera, uint32_t object, uint32_t objects, double seconds) {
  double pace = 0.02 + ((camera + object) % 7 + 1) * 0.01;
  auto wander = [&](double from) { return std::abs(std::fmod(from + pace * seconds, 2.0) - 1) * 0.85; };
  return {static_cast<float>(wander(1.0 * object / objects) * kWidth),
          static_cast<float>(wander(5.0 * object / objects) * kHeight), 0.06F * kWidth, 0.15F * kHeight};
}

}  // namespace

MetadataLoad::MetadataLoad(const LoadPlan& plan, std::shared_ptr<Outbox> outbox)
    : plan_(plan),
      outbox_(std::move(outbox)),
      slots_(plan.cameras),
      analysis_(slots_, *outbox_, {kWidth, kHeight, {}}),
      thread_([this] { work(); }) {}

MetadataLoad::~MetadataLoad() {
  {
    std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::pair<uint32_t, uint32_t> MetadataLoad::add(SourceDescription description) {
  auto place = slots_.reserve(Purpose::analysis);
  if (!place)
    throw NativeError{"argument", "expected at most " + std::to_string(plan_.cameras) + " cameras, received one more"};
  auto source =
      Source::create(std::move(description), {place->first, place->second, {Family::cpu, 0, Memory::standard, 0}, 0},
                     errands_, [](const SourceEvent&) {});
  slots_.put(place->first, std::move(source));
  return *place;
}

void MetadataLoad::run(bool is_running) {
  {
    std::lock_guard lock(mutex_);
    is_running_ = is_running;
  }
  changed_.notify_all();
}

void MetadataLoad::work() {
  const std::chrono::duration<double> period(double(plan_.batch_frames) / (double(plan_.cameras) * plan_.fps));
  std::unique_lock lock(mutex_);
  uint64_t frame = 0;
  auto due = std::chrono::steady_clock::now();
  while (!is_over_) {
    if (!is_running_) {
      changed_.wait(lock, [this] { return is_running_ || is_over_; });
      due = std::chrono::steady_clock::now();
      continue;
    }
    changed_.wait_until(lock, due, [this] { return is_over_ || !is_running_; });
    due += std::chrono::duration_cast<std::chrono::steady_clock::duration>(period);
    lock.unlock();
    make_batch(frame);
    frame += plan_.batch_frames;
    total_ns_ = thread_time_ns();
    lock.lock();
  }
}

void MetadataLoad::make_batch(uint64_t first_frame) {
  BufferPtr buffer(gst_buffer_new());
  void* batch = meta::attach_batch(buffer.get(), *plan_.abi, plan_.batch_frames, plan_.batch_frames);
  const auto now_ns = static_cast<uint64_t>(wall_us()) * 1000;
  std::vector<uint32_t> order(plan_.objects);
  std::iota(order.begin(), order.end(), 0);
  for (uint32_t i = 0; i < plan_.batch_frames; i++) {
    auto camera = static_cast<uint32_t>((first_frame + i) % plan_.cameras);
    uint64_t number = (first_frame + i) / plan_.cameras;
    double seconds = double(number) / plan_.fps;
    void* frame = meta::add_frame(batch, {camera, i, static_cast<int32_t>(number), number * GST_SECOND / plan_.fps,
                                          now_ns - 50'000'000, kWidth, kHeight, kWidth, kHeight});
    // Detectors list what they are surest of first: another order in every frame.
    for (uint32_t k = plan_.objects; k > 1; k--) {
      shuffle_ = shuffle_ * 1664525 + 1013904223;
      std::swap(order[k - 1], order[(shuffle_ >> 16) % k]);
    }
    for (uint32_t one : order) {
      meta::Box box = box_at(camera, one, plan_.objects, seconds);
      void* object = meta::add_object(frame, {1, static_cast<int32_t>(one % kClasses), 0.8F, box, box, "object"});
      // As our tracker counts: over all cameras of a pipeline.
      meta::set_track(object, {uint64_t{camera} * plan_.objects + one + 1, 0.8F, box, box});
      if (plan_.has_parts) add_parts(object, one);
    }
    if (plan_.has_parts) add_frame_parts(frame);
  }
  int64_t began = thread_time_ns();
  analysis_.read(buffer.get());
  reading_ns_ += thread_time_ns() - began;
}

}  // namespace vedette

// The offset table against the measured figures, and the writer against the reader in every ABI class.
#include <gst/gst.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "check.h"
#include "elements/gst_ptr.h"
#include "owned_batch.h"
#include "reader.h"
#include "writer.h"

using namespace vedette::meta;  // NOLINT(google-build-using-namespace)

namespace {

constexpr AbiClass kAll[] = {AbiClass::kA0, AbiClass::kA, AbiClass::kB, AbiClass::kC, AbiClass::kD};

GstBuffer* buffer_with_objects(const Offsets& abi, int objects) {
  GstBuffer* buffer = gst_buffer_new();
  void* batch = attach_batch(buffer, abi, 2, 4);
  add_frame(batch, {7, 0, 41, 1000, 2000, 640, 480, 1920, 1080});
  void* frame = add_frame(batch, {9, 1, 42, 3000, 4000, 1280, 720, 1920, 1080});
  for (int i = 0; i < objects; i++) {
    const auto at = static_cast<float>(i);
    add_object(frame, {3, i, 0.5F, {at, 2, 30, 40}, {at - 1, 2, 31, 40}, "class " + std::to_string(i)});
  }
  set_inferred(frame, true);
  return buffer;
}

void figures() {
  const Offsets& a0 = offsets_of(AbiClass::kA0);
  CHECK_EQUAL(a0.size.object, 488);
  CHECK_EQUAL(a0.object.label + 128, a0.object.classifier_list);
  for (const AbiClass abi : {AbiClass::kA, AbiClass::kB, AbiClass::kC}) {
    const Offsets& one = offsets_of(abi);
    CHECK_EQUAL(one.size.object, 544);
    CHECK_EQUAL(one.object.label, 336);
    CHECK_EQUAL(one.object.rect + one.size.rect, one.object.mask);
    CHECK_EQUAL(one.object.text + 104, one.object.label);
  }
  const Offsets& d = offsets_of(AbiClass::kD);
  CHECK_EQUAL(d.size.object, 552);
  CHECK_EQUAL(d.object.label, 344);
  CHECK_EQUAL(d.object.rect + d.rotation_angle, 208);
  CHECK_EQUAL(d.detection_info_size, 28);
  // What follows the last field here is misc_obj_info and reserved, 32 bytes each.
  for (const AbiClass abi : kAll) {
    CHECK_EQUAL(offsets_of(abi).object.user_list + 8 + 64, offsets_of(abi).size.object);
  }
}

void recognises() {
  for (const AbiClass abi : kAll) {
    const Offsets& one = offsets_of(abi);
    CHECK(recognise(one.size.object, one.size.frame) == &one);
    CHECK(offsets_by_name(one.name) == &one);
  }
  CHECK(recognise(552, 200) == nullptr);
  const std::string text = refusal(560, 240);
  CHECK(text.find("560") != std::string::npos && text.find("240") != std::string::npos);
  CHECK(text.find("9.0 to 9.2") != std::string::npos);
}

void round_trip(const Offsets& abi) {
  GstBuffer* buffer = buffer_with_objects(abi, 20);
  void* found = find_batch(buffer);
  CHECK(recognise_batch(found) == &abi);
  {
    const Batch batch(found, abi);
    CHECK_EQUAL(batch.frame_count(), 2U);
    auto frames = batch.frames().begin();
    CHECK_EQUAL((*frames).pad_index(), 7U);  // frames keep their order
    CHECK_EQUAL((*frames).object_count(), 0U);
    CHECK(!(*frames).inferred());
    ++frames;
    const Frame frame = *frames;
    CHECK_EQUAL(frame.pad_index(), 9U);
    CHECK_EQUAL(frame.source_id(), 9U);
    CHECK_EQUAL(frame.batch_id(), 1U);
    CHECK_EQUAL(frame.number(), 42);
    CHECK_EQUAL(frame.pts_ns(), 3000U);
    CHECK_EQUAL(frame.ntp_ns(), 4000U);
    CHECK_EQUAL(frame.source_width(), 1280U);
    CHECK_EQUAL(frame.source_height(), 720U);
    CHECK_EQUAL(frame.pipeline_width(), abi.frame.pipeline_width == kAbsent ? 0U : 1920U);
    CHECK_EQUAL(frame.pipeline_height(), abi.frame.pipeline_height == kAbsent ? 0U : 1080U);
    CHECK(frame.inferred());
    CHECK_EQUAL(frame.object_count(), 20U);
    int expected = 19;  // objects are prepended
    for (const Object object : frame.objects()) {
      CHECK_EQUAL(object.class_id(), expected);
      CHECK_EQUAL(object.label(), "class " + std::to_string(expected));
      CHECK_EQUAL(object.id(), kUntracked);
      CHECK_EQUAL(object.component_id(), 3);
      CHECK_EQUAL(object.confidence(), 0.5F);
      CHECK_EQUAL(object.rect().left, static_cast<float>(expected));
      CHECK_EQUAL(object.rect().height, 40.0F);
      expected--;
    }
    CHECK_EQUAL(expected, -1);
  }
  gst_buffer_unref(buffer);
}

void round_trips() {
  for (const AbiClass abi : kAll) round_trip(offsets_of(abi));
}

void copies() {
  for (const AbiClass abi : kAll) {
    GstBuffer* buffer = buffer_with_objects(offsets_of(abi), 3);
    GstBuffer* twin = gst_buffer_copy(buffer);
    CHECK(find_batch(twin) != find_batch(buffer));
    gst_buffer_unref(buffer);
    {
      const Batch batch(find_batch(twin), offsets_of(abi));
      CHECK_EQUAL(batch.frame_count(), 2U);
      auto frames = batch.frames().begin();
      ++frames;
      CHECK_EQUAL((*frames).object_count(), 3U);
      CHECK_EQUAL((*(*frames).objects().begin()).label(), "class 2");
      CHECK(field<void*>((*frames).raw(), at::kBaseBatch) == find_batch(twin));
    }
    gst_buffer_unref(twin);
  }
}

void tracks_and_removes() {
  for (const AbiClass abi : kAll) {
    const vedette::BufferPtr owned(buffer_with_objects(offsets_of(abi), 2));
    GstBuffer* buffer = owned.get();
    const Batch batch(find_batch(buffer), offsets_of(abi));
    auto frames = batch.frames().begin();
    ++frames;
    const Frame frame = *frames;
    const Object first = *frame.objects().begin();
    set_track(first.raw(), {77, 0.9F, {1, 2, 3, 4}, {0, 0, 5, 5}});
    CHECK_EQUAL(first.id(), 77U);
    CHECK_EQUAL(first.rect().width, 3.0F);
    CHECK_NEAR(first.tracker_confidence(), abi == AbiClass::kA0 ? -1 : 0.9, 1e-6);
    CHECK_EQUAL(first.label(), "class 1");
    remove_object(frame.raw(), first.raw());
    CHECK_EQUAL(frame.object_count(), 1U);
    CHECK_EQUAL((*frame.objects().begin()).class_id(), 0);
  }
}

void pools() {
  GstBuffer* buffer = buffer_with_objects(offsets_of(AbiClass::kC), 300);
  const void* pool = field<void*>(find_batch(buffer), at::kBatchObjectPool);
  CHECK_EQUAL(field<uint32_t>(pool, at::kPoolElementSize), 544U);
  CHECK_EQUAL(field<uint32_t>(pool, at::kPoolFullCount), 300U);
  const uint32_t max = field<uint32_t>(pool, at::kPoolMax);
  CHECK_EQUAL(field<uint32_t>(pool, at::kPoolEmptyCount), max - 300);
  CHECK_EQUAL(g_list_length(field<GList*>(pool, at::kPoolEmpty)), max - 300);
  CHECK_EQUAL(field<uint32_t>(find_batch(buffer), at::kBatchMaxFrames), 4U);
  gst_buffer_unref(buffer);
}

void long_labels() {
  GstBuffer* buffer = gst_buffer_new();
  void* frame = add_frame(attach_batch(buffer, offsets_of(AbiClass::kD), 1, 1), {0, 0, 0, 0, 0, 1, 1, 1, 1});
  const std::string label(500, 'x');
  void* object = add_object(frame, {0, 5, 1, {0, 0, 1, 1}, {0, 0, 1, 1}, label});
  CHECK_EQUAL(Object(object, offsets_of(AbiClass::kD)).label().size(), 127U);
  CHECK(field<GList*>(object, offsets_of(AbiClass::kD).object.classifier_list) == nullptr);
  gst_buffer_unref(buffer);
}

void locks() {
  GstBuffer* buffer = buffer_with_objects(offsets_of(AbiClass::kD), 0);
  void* raw = find_batch(buffer);
  std::atomic<bool> added{false};
  std::thread writer;
  {
    const Batch batch(raw, offsets_of(AbiClass::kD));
    void* frame = (*batch.frames().begin()).raw();
    writer = std::thread([&added, frame] {
      add_object(frame, {0, 0, 1, {0, 0, 1, 1}, {0, 0, 1, 1}, "late"});
      added = true;
    });
    // The recursive lock lets its holder write.
    add_object(frame, {0, 1, 1, {0, 0, 1, 1}, {0, 0, 1, 1}, "inside"});
    for (int i = 0; i < 1000 && !added; i++) std::this_thread::yield();
    CHECK(!added);
    CHECK_EQUAL((*batch.frames().begin()).object_count(), 1U);
  }
  writer.join();
  CHECK(added);
  gst_buffer_unref(buffer);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  return vedette::check::run_all({
      {"the table holds the measured figures", figures},
      {"a class is recognised by its sizes, an unknown pair refused in words", recognises},
      {"what is written in any class is read back, objects newest first", round_trips},
      {"copying a buffer copies its metadata", copies},
      {"a track is written over a detection, a removed object is gone", tracks_and_removes},
      {"pools grow, count and tell their element size", pools},
      {"a long label is cut inside its field", long_labels},
      {"a reader keeps writers out", locks},
  });
}

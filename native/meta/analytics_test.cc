// The metadata of nvdsanalytics, written here with structures of the measured layout, read in every ABI class.
#include "analytics.h"

#include <gst/gst.h>

#include <cstring>

#include "check.h"
#include "elements/gst_ptr.h"
#include "writer.h"

using namespace vedette::meta;  // NOLINT(google-build-using-namespace)

namespace {

constexpr AbiClass kAll[] = {AbiClass::kA0, AbiClass::kA, AbiClass::kB, AbiClass::kC, AbiClass::kD};

// NvDsAnalyticsObjInfo as releases from 6.3 on declare it.
struct WithStatus {
  ObjectAnalytics known;
  std::string status;
};
static_assert(sizeof(WithStatus) == 144);

template <typename T>
void free_as(void* user, void*) {
  delete static_cast<T*>(field<void*>(user, at::kUserData));
}

struct Written {
  vedette::BufferPtr buffer{gst_buffer_new()};
  void* frame;
  void* object;
};

Written write(const Offsets& abi) {
  Written one{};
  one.frame = add_frame(attach_batch(one.buffer.get(), abi, 1, 1), {0, 0, 0, 0, 0, 640, 480, 640, 480});
  one.object = add_object(one.frame, {1, 0, 1, {0, 0, 9, 9}, {0, 0, 9, 9}, "person"});
  return one;
}

void add_analytics(const Written& one, int32_t object_type, int32_t frame_type) {
  const ObjectAnalytics of_object{
      {"gate", "a region with a name that is stored outside of its string"}, {"gate"}, {"exit"}, "north", 17};
  add_object_user(one.object, {object_type, new WithStatus{of_object, "STATIONARY"}, nullptr, free_as<WithStatus>});
  auto* of_frame =
      new FrameAnalytics{{{"gate", true}}, {{"gate", 3}}, {{"exit", 1}}, {{"exit", 5'000'000'000}}, 17, {{2, 4}}};
  add_frame_user(one.frame, {frame_type, of_frame, nullptr, free_as<FrameAnalytics>});
}

const ObjectAnalytics* of_object(const Written& one, const Offsets& abi) {
  for (const User user : Object(one.object, abi).user()) {
    if (const ObjectAnalytics* found = object_analytics(user, abi)) return found;
  }
  return nullptr;
}

const FrameAnalytics* of_frame(const Written& one, const Offsets& abi) {
  for (const User user : Frame(one.frame, abi).user()) {
    if (const FrameAnalytics* found = frame_analytics(user, abi)) return found;
  }
  return nullptr;
}

void reads() {
  for (const AbiClass abi_class : kAll) {
    const Offsets& abi = offsets_of(abi_class);
    const Written one = write(abi);
    add_analytics(one, object_analytics_type(abi), frame_analytics_type(abi));
    const ObjectAnalytics* object = of_object(one, abi);
    CHECK(object != nullptr);
    if (!object) continue;
    CHECK_EQUAL(object->regions.size(), 2U);
    CHECK_EQUAL(object->regions.back(), "a region with a name that is stored outside of its string");
    CHECK_EQUAL(object->overcrowded.front(), "gate");
    CHECK_EQUAL(object->lines.front(), "exit");
    CHECK_EQUAL(object->direction, "north");
    CHECK_EQUAL(object->component_id, 17U);
    const FrameAnalytics* frame = of_frame(one, abi);
    CHECK(frame != nullptr);
    if (!frame) continue;
    CHECK(frame->overcrowded.at("gate"));
    CHECK_EQUAL(frame->objects_in_region.at("gate"), 3U);
    CHECK_EQUAL(frame->crossings.at("exit"), 1U);
    CHECK_EQUAL(frame->crossings_total.at("exit"), 5'000'000'000U);
    CHECK_EQUAL(frame->objects_of_class.at(2), 4U);
  }
}

// GLib gives the same name the same number in the whole process, so the plugin and the reader agree.
void types() {
  const int32_t quark = static_cast<int32_t>(g_quark_from_static_string("NVIDIA.DSANALYTICSOBJ.USER_META"));
  CHECK_EQUAL(object_analytics_type(offsets_of(AbiClass::kB)), 8193 + quark);
  CHECK_EQUAL(object_analytics_type(offsets_of(AbiClass::kC)), 33);
  CHECK_EQUAL(frame_analytics_type(offsets_of(AbiClass::kD)), 32);
}

// 33 was another type before 8.0, and a quark's number may be anything after it.
void others() {
  const Offsets& old = offsets_of(AbiClass::kB);
  const Written before = write(old);
  add_analytics(before, 33, 32);
  CHECK(of_object(before, old) == nullptr && of_frame(before, old) == nullptr);
  const Offsets& now = offsets_of(AbiClass::kD);
  const Written after = write(now);
  add_analytics(after, object_analytics_type(old), frame_analytics_type(old));
  CHECK(of_object(after, now) == nullptr && of_frame(after, now) == nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  return vedette::check::run_all({
      {"analytics of objects and frames are read in every class, also behind a longer structure", reads},
      {"the type is a quark's up to 7.1 and a constant from 8.0", types},
      {"metadata of another type is left alone", others},
  });
}

// What an object carries beside its box: classifiers, masks, rotation, a parent, a plugin's own data. Written, read,
// copied and freed in every ABI class.
#include <gst/gst.h>

#include <cstring>

#include "check.h"
#include "elements/gst_ptr.h"
#include "reader.h"
#include "writer.h"

using namespace vedette::meta;  // NOLINT(google-build-using-namespace)

namespace {

constexpr AbiClass kAll[] = {AbiClass::kA0, AbiClass::kA, AbiClass::kB, AbiClass::kC, AbiClass::kD};
constexpr int32_t kOwnType = 8193 + 77;

int copied = 0, freed = 0;

void* copy_text(void* user, void*) {
  copied++;
  return g_strdup(field<char*>(user, at::kUserData));
}

void free_text(void* user, void*) {
  freed++;
  g_free(field<char*>(user, at::kUserData));
}

struct Written {
  vedette::BufferPtr buffer;
  void* frame;
  void* car;
  void* plate;
};

Written write(const Offsets& abi) {
  Written one{vedette::BufferPtr(gst_buffer_new()), nullptr, nullptr, nullptr};
  one.frame = add_frame(attach_batch(one.buffer.get(), abi, 1, 1), {0, 0, 0, 0, 0, 640, 480, 640, 480});
  one.car = add_object(one.frame, {1, 2, 0.5F, {10, 20, 30, 40}, {10, 20, 30, 40}, "car"});
  add_classifier(one.car, {2, {{3, "red", 0.75F}, {8, std::string(200, 'x'), 0.25F}}});
  add_classifier(one.car, {4, {{0, "estate", 1.0F}}});
  const float mask[] = {0, 1, 0.5F, 0.25F, 0.75F, 1};
  CHECK_EQUAL(set_mask(one.car, 3, 2, mask, 0.5F), abi.object.mask != kAbsent);
  CHECK_EQUAL(set_rotation(one.car, 0.5F), abi.rotation_angle != kAbsent);
  add_object_user(one.car, {kOwnType, g_strdup("of the object"), copy_text, free_text});
  add_frame_user(one.frame, {kOwnType, g_strdup("of the frame"), copy_text, free_text});
  NewObject plate{5, 0, 0.5F, {12, 22, 3, 4}, {12, 22, 3, 4}, "plate"};
  plate.parent = one.car;
  one.plate = add_object(one.frame, plate);
  return one;
}

// The frame of a batch with one frame.
Frame only_frame(GstBuffer* buffer, const Offsets& abi) {
  const Batch batch(find_batch(buffer), abi);
  return *batch.frames().begin();
}

void check_contents(const Frame& frame, const Offsets& abi) {
  CHECK_EQUAL(frame.object_count(), 2U);
  auto at_object = frame.objects().begin();
  const Object plate = *at_object;  // the newest is first
  const Object car = *++at_object;
  CHECK_EQUAL(plate.label(), "plate");
  CHECK(plate.parent() == car.raw());
  CHECK(car.parent() == nullptr);
  CHECK(!(plate.classifiers().begin() != plate.classifiers().end()));
  CHECK(plate.mask().values == nullptr);

  auto classifier = car.classifiers().begin();
  CHECK_EQUAL((*classifier).component_id(), 4);
  CHECK_EQUAL((*(*classifier).labels().begin()).text(), "estate");
  ++classifier;
  CHECK_EQUAL((*classifier).component_id(), 2);
  auto label = (*classifier).labels().begin();
  CHECK_EQUAL((*label).text(), std::string(200, 'x'));  // longer than its field
  ++label;
  CHECK_EQUAL((*label).text(), "red");
  CHECK_EQUAL((*label).class_id(), 3U);
  CHECK_EQUAL((*label).probability(), 0.75F);

  const Mask mask = car.mask();
  if (abi.object.mask == kAbsent) {
    CHECK(mask.values == nullptr);
  } else {
    CHECK_EQUAL(mask.width, 3U);
    CHECK_EQUAL(mask.height, 2U);
    CHECK_EQUAL(mask.threshold, 0.5F);
    CHECK_EQUAL(mask.values[4], 0.75F);
  }
  CHECK_NEAR(car.rotation(), abi.rotation_angle == kAbsent ? 0 : 0.5, 1e-6);
  const User own = *car.user().begin();
  CHECK_EQUAL(own.type(), kOwnType);
  CHECK_EQUAL(std::strcmp(static_cast<const char*>(own.data()), "of the object"), 0);
  CHECK_EQUAL(std::strcmp(static_cast<const char*>((*frame.user().begin()).data()), "of the frame"), 0);
}

void reads_what_is_written() {
  for (const AbiClass abi : kAll) {
    const Written one = write(offsets_of(abi));
    check_contents(only_frame(one.buffer.get(), offsets_of(abi)), offsets_of(abi));
  }
}

void copies_whole() {
  for (const AbiClass abi : kAll) {
    copied = freed = 0;
    vedette::BufferPtr twin;
    {
      const Written one = write(offsets_of(abi));
      twin.reset(gst_buffer_copy(one.buffer.get()));
    }
    CHECK_EQUAL(copied, 2);
    CHECK_EQUAL(freed, 2);  // the original's
    check_contents(only_frame(twin.get(), offsets_of(abi)), offsets_of(abi));
    twin.reset();
    CHECK_EQUAL(freed, 4);
  }
}

void gives_back() {
  for (const AbiClass abi : kAll) {
    freed = 0;
    const Written one = write(offsets_of(abi));
    const void* batch = find_batch(one.buffer.get());
    const auto in_use = [&](int pool) { return field<uint32_t>(field<void*>(batch, pool), at::kPoolFullCount); };
    CHECK_EQUAL(in_use(at::kBatchClassifierPool), 2U);
    CHECK_EQUAL(in_use(at::kBatchLabelPool), 3U);
    CHECK_EQUAL(in_use(at::kBatchUserPool), 2U);
    remove_object(one.frame, one.car);
    CHECK_EQUAL(in_use(at::kBatchObjectPool), 1U);
    CHECK_EQUAL(in_use(at::kBatchClassifierPool), 0U);
    CHECK_EQUAL(in_use(at::kBatchLabelPool), 0U);
    CHECK_EQUAL(in_use(at::kBatchUserPool), 1U);
    CHECK_EQUAL(freed, 1);
    // An element that comes from the pool again is as new.
    const Object again(add_object(one.frame, {1, 2, 1, {0, 0, 1, 1}, {0, 0, 1, 1}, "car"}), offsets_of(abi));
    CHECK(again.mask().values == nullptr);
    CHECK(!(again.classifiers().begin() != again.classifiers().end()));
    CHECK_EQUAL(again.rotation(), 0.0F);
  }
}

void replaces_masks() {
  const Offsets& abi = offsets_of(AbiClass::kD);
  const Written one = write(abi);
  const float smaller[] = {0.125F};
  set_mask(one.car, 1, 1, smaller, 0.1F);
  CHECK_EQUAL(Object(one.car, abi).mask().values[0], 0.125F);
  // A mask whose buffer is too small for its picture is not read.
  field<uint32_t>(one.car, abi.object.mask + at::kMaskWidth) = 2;
  CHECK(Object(one.car, abi).mask().values == nullptr);
}

void degrees() {
  const Offsets& abi = offsets_of(AbiClass::kD);
  const Written one = write(abi);
  set_rotation(one.car, 1.5707963F);
  CHECK_NEAR((field<float>(one.car, abi.object.rect + abi.rotation_angle)), 90, 1e-4);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  return vedette::check::run_all({
      {"classifiers, masks, rotation, parents and a plugin's data are read back in every class", reads_what_is_written},
      {"a copied buffer has all of it anew, and both are freed", copies_whole},
      {"a removed object gives all its parts back to their pools", gives_back},
      {"a second mask replaces the first, one that is too small is none", replaces_masks},
      {"the rotation angle of a rectangle is kept in degrees", degrees},
  });
}

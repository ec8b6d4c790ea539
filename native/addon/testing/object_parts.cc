#include "object_parts.h"

#include "../../meta/analytics.h"
#include "../../meta/writer.h"

namespace vedette {
namespace {

constexpr int32_t kClassifierStage = 2;
constexpr uint32_t kAnalyticsStage = 17;

template <typename T>
void free_as(void* user, void*) {
  delete static_cast<T*>(meta::field<void*>(user, meta::at::kUserData));
}

}  // namespace

void add_parts(void* object, uint32_t index) {
  if (index == 0) return;
  meta::add_classifier(object,
                       {kClassifierStage, {{0, "red", 0.75F}, {4, "caf\xE9 \xC3\xA9" + std::string(200, '-'), 0.5F}}});
  // Inside in the middle of the second column and in the whole third.
  const float mask[] = {0, 0, 1, 0.25F, 0.75F, 1, 0, 0, 1, 0.5F, 0.5F, 1};
  meta::set_mask(object, 3, 4, mask, 0.5F);
  meta::set_rotation(object, 0.25F * static_cast<float>(index));
  meta::set_track(object, {index, 0.625F, {480, 270, 960, 540}, {480, 270, 960, 540}});
  auto* analytics = new meta::ObjectAnalytics{{"gate", "ramp"}, {"gate"}, {"exit"}, "north", kAnalyticsStage};
  const int32_t type = meta::object_analytics_type(meta::abi_of(object));
  meta::add_object_user(object, {type, analytics, nullptr, free_as<meta::ObjectAnalytics>});
}

void add_frame_parts(void* frame) {
  auto* analytics = new meta::FrameAnalytics{{{"gate", true}, {"ramp", false}}, {{"gate", 2}},   {{"exit", 1}},
                                             {{"exit", 5'000'000'000}},         kAnalyticsStage, {{1, 2}}};
  const int32_t type = meta::frame_analytics_type(meta::abi_of(frame));
  meta::add_frame_user(frame, {type, analytics, nullptr, free_as<meta::FrameAnalytics>});
}

}  // namespace vedette

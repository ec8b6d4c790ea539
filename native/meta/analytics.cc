#include "analytics.h"

#include <glib.h>

#include <cstddef>

namespace vedette::meta {
namespace {

// Measured from nvds_analytics_meta.h of 5.0 to 9.1: NvDsAnalyticsObjInfo is 112 bytes up to 6.2 and 144 from 6.3,
// NvDsAnalyticsFrameMeta 288 in all.
static_assert(sizeof(std::string) == 32 && sizeof(std::vector<std::string>) == 24 &&
                  sizeof(std::unordered_map<std::string, bool>) == 56,
              "the layout of nvdsanalytics supposes libstdc++ with C++11 strings");
static_assert(offsetof(ObjectAnalytics, overcrowded) == 24 && offsetof(ObjectAnalytics, lines) == 48 &&
              offsetof(ObjectAnalytics, direction) == 72 && offsetof(ObjectAnalytics, component_id) == 104 &&
              sizeof(ObjectAnalytics) == 112);
static_assert(offsetof(FrameAnalytics, objects_in_region) == 56 && offsetof(FrameAnalytics, crossings) == 112 &&
              offsetof(FrameAnalytics, crossings_total) == 168 && offsetof(FrameAnalytics, component_id) == 224 &&
              offsetof(FrameAnalytics, objects_of_class) == 232 && sizeof(FrameAnalytics) == 288);

constexpr int32_t kFirstUserType = 8193;  // NVDS_START_USER_META
constexpr int32_t kFrameAnalytics = 32, kObjectAnalytics = 33;

bool has_constants(const Offsets& abi) { return abi.abi >= AbiClass::kC; }

// As nvds_get_user_meta_type does.
int32_t drawn_type(const char* name) { return kFirstUserType + static_cast<int32_t>(g_quark_from_string(name)); }

}  // namespace

int32_t object_analytics_type(const Offsets& abi) {
  static const int32_t drawn = drawn_type("NVIDIA.DSANALYTICSOBJ.USER_META");
  return has_constants(abi) ? kObjectAnalytics : drawn;
}

int32_t frame_analytics_type(const Offsets& abi) {
  static const int32_t drawn = drawn_type("NVIDIA.DSANALYTICSFRAME.USER_META");
  return has_constants(abi) ? kFrameAnalytics : drawn;
}

const ObjectAnalytics* object_analytics(const User& user, const Offsets& abi) {
  if (user.type() != object_analytics_type(abi)) return nullptr;
  return static_cast<const ObjectAnalytics*>(user.data());
}

const FrameAnalytics* frame_analytics(const User& user, const Offsets& abi) {
  if (user.type() != frame_analytics_type(abi)) return nullptr;
  return static_cast<const FrameAnalytics*>(user.data());
}

}  // namespace vedette::meta

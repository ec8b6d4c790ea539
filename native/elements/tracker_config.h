// The settings of vdtracker: NvSORT's keys from the low-level tracker's YAML file, as far as they mean something here.
// Pure text in, struct out; a wrong value throws ConfigError (infer_config.h). Unknown keys are collected.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

struct TrackerConfig {
  // BaseConfig
  float min_detector_confidence = 0.1F;  // less is not looked at
  // TargetManagement
  unsigned max_targets = 150;
  unsigned probation_age = 2;          // frames with a detection until a new track is told
  unsigned max_shadow_age = 30;        // frames without one until a track ends
  unsigned early_termination_age = 1;  // the same for one that has not been told yet
  float min_iou_diff_for_new = 0.7F;   // a detection that overlaps a track more than this starts no track
  // DataAssociator
  bool cascaded = true;  // a second round with weak detections
  bool check_class = true;
  float min_score = 0.1F, min_size_score = 0.1F, min_iou = 0.1F;
  float iou_weight = 0.6F, size_weight = 0.4F;
  float tentative_confidence = 0.3F;  // detections below are weak: they keep tracks, they start none
  float min_tentative_iou = 0.4F;
  // StateEstimator, in parts of the box's height
  float location_noise = 0.05F, velocity_noise = 0.00625F;

  std::vector<std::string> unknown_keys;  // "Section.key"
};

TrackerConfig parse_tracker_config(std::string_view text, const std::string& path);
TrackerConfig read_tracker_config(const std::string& path);

}  // namespace vedette

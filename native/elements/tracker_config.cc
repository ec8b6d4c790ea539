#include "tracker_config.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "infer_config.h"
#include "ini.h"

namespace vedette {
namespace {

struct Line {
  const std::string& file;
  int number;
  std::string key;
  std::string value;
};

[[noreturn]] void fail(const Line& line, const std::string& expected) {
  throw ConfigError(line.file + ", line " + std::to_string(line.number) + ": " + line.key + " is \"" + line.value +
                    "\", expected " + expected);
}

float number(const Line& line, float least, float most) {
  const std::optional<float> value = ini_number(line.value);
  if (!value || *value < least || *value > most) {
    std::ostringstream expected;
    expected << "a number from " << least << " to " << most;
    fail(line, expected.str());
  }
  return *value;
}

using Setter = std::function<void(TrackerConfig&, const Line&)>;

Setter part(float TrackerConfig::*field) {
  return [field](TrackerConfig& config, const Line& line) { config.*field = number(line, 0, 1); };
}

Setter frames(unsigned TrackerConfig::*field, float least) {
  return [=](TrackerConfig& config, const Line& line) {
    config.*field = static_cast<unsigned>(number(line, least, 100000));
  };
}

Setter flag(bool TrackerConfig::*field) {
  return [field](TrackerConfig& config, const Line& line) { config.*field = number(line, 0, 1) != 0; };
}

const std::map<std::string, Setter>& setters() {
  using T = TrackerConfig;
  static const std::map<std::string, Setter> table = {
      {"BaseConfig.minDetectorConfidence", part(&T::min_detector_confidence)},
      {"TargetManagement.maxTargetsPerStream", frames(&T::max_targets, 1)},
      {"TargetManagement.probationAge", frames(&T::probation_age, 0)},
      {"TargetManagement.maxShadowTrackingAge", frames(&T::max_shadow_age, 0)},
      {"TargetManagement.earlyTerminationAge", frames(&T::early_termination_age, 0)},
      {"TargetManagement.minIouDiff4NewTarget", part(&T::min_iou_diff_for_new)},
      {"DataAssociator.associationMatcherType", flag(&T::cascaded)},
      {"DataAssociator.checkClassMatch", flag(&T::check_class)},
      {"DataAssociator.minMatchingScore4Overall", part(&T::min_score)},
      {"DataAssociator.minMatchingScore4SizeSimilarity", part(&T::min_size_score)},
      {"DataAssociator.minMatchingScore4Iou", part(&T::min_iou)},
      {"DataAssociator.matchingScoreWeight4SizeSimilarity", part(&T::size_weight)},
      {"DataAssociator.matchingScoreWeight4Iou", part(&T::iou_weight)},
      {"DataAssociator.tentativeDetectorConfidence", part(&T::tentative_confidence)},
      {"DataAssociator.minMatchingScore4TentativeIou", part(&T::min_tentative_iou)},
      {"StateEstimator.noiseWeightVar4Loc", part(&T::location_noise)},
      {"StateEstimator.noiseWeightVar4Vel", part(&T::velocity_noise)},
  };
  return table;
}

// Keys of NVIDIA's trackers whose meaning is fixed here, or that concern features which do not exist here.
const std::set<std::string> kElsewhere = {"TargetManagement.enableBboxUnClipping",
                                          "TargetManagement.preserveStreamUpdateOrder",
                                          "TargetManagement.minTrackerConfidence",
                                          "TargetManagement.outputTerminatedTracks",
                                          "TargetManagement.outputShadowTracks",
                                          "TargetManagement.terminatedTrackFilename",
                                          "TrajectoryManagement.useUniqueID",
                                          "TrajectoryManagement.enableReAssoc",
                                          "DataAssociator.dataAssociatorType",
                                          "DataAssociator.usePrediction4Assoc",
                                          "DataAssociator.minMatchingScore4VisualSimilarity",
                                          "DataAssociator.matchingScoreWeight4VisualSimilarity",
                                          "StateEstimator.stateEstimatorType",
                                          "StateEstimator.useAspectRatio",
                                          "VisualTracker.visualTrackerType"};

std::string unquoted(std::string_view value) {
  if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  return std::string(value);
}

}  // namespace

// The two-level subset of YAML that these files use: sections, and scalars indented under them.
TrackerConfig parse_tracker_config(std::string_view text, const std::string& path) {
  TrackerConfig config;
  std::string section;
  int row = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view raw = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    row++;
    raw = raw.substr(0, raw.find('#'));
    const std::string_view line = trimmed(raw);
    if (line.empty() || line[0] == '%' || line == "---") continue;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      throw ConfigError(path + ", line " + std::to_string(row) + ": \"" + std::string(line) +
                        "\" is neither a section nor key: value");
    }
    const std::string key(trimmed(line.substr(0, colon)));
    const std::string value = unquoted(trimmed(line.substr(colon + 1)));
    if (raw.front() != ' ' && raw.front() != '\t') {
      section = key;
      continue;
    }
    const std::string full = section + "." + key;
    const auto setter = setters().find(full);
    if (setter != setters().end()) {
      setter->second(config, {path, row, key, value});
    } else if (kElsewhere.count(full) == 0) {
      config.unknown_keys.push_back(full);
    }
  }
  return config;
}

TrackerConfig read_tracker_config(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw ConfigError("ll-config-file is \"" + path + "\", which cannot be read: " + std::strerror(errno));
  std::stringstream text;
  text << file.rdbuf();
  return parse_tracker_config(text.str(), path);
}

}  // namespace vedette

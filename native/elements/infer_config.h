// The configuration of vdinfer: nvinfer's INI file, as far as its keys mean something without a GPU.
//
// Pure text in, struct out; a wrong value throws ConfigError, whose sentence names the key, the value and what was
// expected. Keys nobody knows are collected so that the element can warn about each by name.
#pragma once

#include <array>
#include <climits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class ColorFormat { kRgb, kBgr, kGray };
enum class InputOrder { kNchw, kNhwc };
enum class Cluster { kNms, kNone };
enum class NetworkType { kDetector = 0, kClassifier = 1, kInstanceSegmentation = 3 };
enum class ProcessMode { kPrimary = 1, kSecondary = 2 };

// [class-attrs-all] or [class-attrs-N].
struct ClassAttributes {
  float pre_cluster_threshold = 0.2F;
  float post_cluster_threshold = 0.0F;
  float nms_iou_threshold = 0.3F;
  int topk = -1;
  float roi_top_offset = 0, roi_bottom_offset = 0;
  float min_width = 0, min_height = 0, max_width = 0, max_height = 0;
};

// What a secondary network looks at, and how often. Sizes in pixels of the metadata's space.
struct SecondaryConfig {
  int on_component = -1;     // -1: objects of all
  std::set<int> on_classes;  // none: of all
  float min_width = 0, min_height = 0, max_width = 0, max_height = 0;
  unsigned reinfer_interval = INT_MAX;  // frames that a tracked object keeps its labels
  float threshold = 0;
};

struct InferConfig {
  std::string path;  // of the file itself
  std::string onnx_file, engine_file, label_file, custom_lib, parse_function, mask_parse_function;
  unsigned gpu_id = 0, network_mode = 0;  // of an engine's name only; 0: FP32, 1: INT8, 2: FP16, 3: best
  unsigned batch_size = 1, interval = 0, unique_id = 15, classes = 0;
  float scale = 1.0F;
  std::array<float, 3> offsets = {0, 0, 0};
  ColorFormat color = ColorFormat::kRgb;
  InputOrder order = InputOrder::kNchw;
  std::array<unsigned, 3> infer_dims = {0, 0, 0};  // channels, height, width; 0: as the model says
  bool keep_aspect = false, symmetric_padding = false, smooth_scaling = false;
  Cluster cluster = Cluster::kNms;
  std::set<int> filter_out_classes;
  bool writes_masks = false;  // output-instance-mask
  float mask_threshold = 0;   // segmentation-threshold: what is above belongs to the object
  ClassAttributes all;
  std::map<int, ClassAttributes> by_class;
  NetworkType type = NetworkType::kDetector;
  ProcessMode mode = ProcessMode::kPrimary;
  SecondaryConfig secondary;
  std::vector<std::string> unknown_keys;  // "group.key"

  const ClassAttributes& of_class(int id) const;
};

// `path` is where the text was read from: relative names in it start there.
InferConfig parse_infer_config(std::string_view text, const std::string& path);
InferConfig read_infer_config(const std::string& path);
std::vector<std::string> read_labels(const std::string& path);
// A line for each output of a classifier, its labels parted by semicolons.
std::vector<std::vector<std::string>> read_classifier_labels(const std::string& path);
// Throws ConfigError, which names `key`, unless these are class numbers parted by `separator`.
std::set<int> class_numbers(const std::string& text, char separator, const std::string& key);

// Where a name in the file leads to.
std::string beside(const std::string& file, const std::string& name);

}  // namespace vedette

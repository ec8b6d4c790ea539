#include "infer_config.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "ini.h"

namespace vedette {
namespace {

// Keys of nvinfer that say something about GPUs, engines or kinds of network that do not exist here. They are valid in
// a file that DeepStream reads too, so nobody is warned about them.
constexpr std::string_view kElsewhere[] = {"int8-calib-file",
                                           "workspace-size",
                                           "force-implicit-batch-dim",
                                           "output-blob-names",
                                           "output-io-formats",
                                           "layer-device-precision",
                                           "enable-dla",
                                           "use-dla-core",
                                           "scaling-compute-hw",
                                           "tensor-meta-pool-size",
                                           "output-tensor-meta",
                                           "disable-output-host-copy",
                                           "classifier-type",
                                           "classifier-async-mode",
                                           "auto-inc-mem",
                                           "max-gpu-mem-per",
                                           "strongly-typed",
                                           "warmup-engine",
                                           "stabilize-buffer-count",
                                           "engine-create-func-name",
                                           "parse-func",
                                           "crop-objects-to-roi-boundary"};
constexpr std::string_view kElsewhereClass[] = {"eps",          "group-threshold", "minBoxes", "dbscan-min-score",
                                                "border-color", "bg-color"};

[[noreturn]] void fail(const IniEntry& entry, const std::string& expected) {
  throw ConfigError(entry.file + ", line " + std::to_string(entry.line) + ": " + entry.key + " is \"" + entry.value +
                    "\", expected " + expected);
}

float number(const IniEntry& entry, const char* expected = "a number") {
  const std::optional<float> value = ini_number(entry.value);
  if (!value) fail(entry, expected);
  return *value;
}

unsigned count(const IniEntry& entry, unsigned least, const char* expected) {
  const float value = number(entry, expected);
  if (value < static_cast<float>(least) || value != static_cast<float>(static_cast<unsigned>(value))) {
    fail(entry, expected);
  }
  return static_cast<unsigned>(value);
}

bool flag(const IniEntry& entry) {
  if (entry.value == "1" || entry.value == "true") return true;
  if (entry.value == "0" || entry.value == "false") return false;
  fail(entry, "0 or 1");
}

unsigned choice(const IniEntry& entry, unsigned most, const char* expected) {
  const unsigned value = count(entry, 0, expected);
  if (value > most) fail(entry, expected);
  return value;
}

std::vector<float> numbers(const IniEntry& entry, const char* expected) {
  std::vector<float> values;
  for (const std::string& part : ini_list(entry.value)) {
    const std::optional<float> value = ini_number(part);
    if (!value) fail(entry, expected);
    values.push_back(*value);
  }
  return values;
}

void set_offsets(InferConfig& config, const IniEntry& entry) {
  const std::vector<float> values = numbers(entry, "one to three numbers, such as 123.675;116.28;103.53");
  if (values.empty() || values.size() > 3) fail(entry, "one to three numbers, such as 123.675;116.28;103.53");
  for (size_t i = 0; i < 3; i++) config.offsets[i] = values[std::min(i, values.size() - 1)];
}

void set_dims(InferConfig& config, const IniEntry& entry) {
  constexpr const char* kExpected = "channels;height;width, such as 3;416;416";
  const std::vector<float> values = numbers(entry, kExpected);
  if (values.size() != 3) fail(entry, kExpected);
  for (size_t i = 0; i < 3; i++) {
    if (values[i] < 1 || values[i] > 16384) fail(entry, kExpected);
    config.infer_dims[i] = static_cast<unsigned>(values[i]);
  }
}

void set_filter(InferConfig& config, const IniEntry& entry) {
  for (const float id : numbers(entry, "class numbers, such as 0;2;5")) {
    config.filter_out_classes.insert(static_cast<int>(id));
  }
}

void set_cluster(InferConfig& config, const IniEntry& entry) {
  const unsigned mode = choice(entry, 4, "2 (NMS) or 4 (none)");
  if (mode != 2 && mode != 4) fail(entry, "2 (NMS) or 4 (none): OpenCV's groupRectangles and DBSCAN are not here");
  config.cluster = mode == 2 ? Cluster::kNms : Cluster::kNone;
}

void set_network_type(InferConfig& config, const IniEntry& entry) {
  constexpr const char* kExpected = "0 (detector), 1 (classifier) or 3 (instance segmentation): vdinfer runs no others";
  const unsigned type = choice(entry, 3, kExpected);
  if (type == 2) fail(entry, kExpected);
  config.type = static_cast<NetworkType>(type);
}

void set_process_mode(InferConfig& config, const IniEntry& entry) {
  constexpr const char* kExpected = "1 (whole frames) or 2 (objects of another stage)";
  const unsigned mode = choice(entry, 2, kExpected);
  if (mode == 0) fail(entry, kExpected);
  config.mode = static_cast<ProcessMode>(mode);
}

void set_on_component(InferConfig& config, const IniEntry& entry) {
  const float id = number(entry, "the gie-unique-id of another stage, or -1");
  if (id < -1 || id != std::floor(id)) fail(entry, "the gie-unique-id of another stage, or -1");
  config.secondary.on_component = static_cast<int>(id);
}

void set_on_classes(InferConfig& config, const IniEntry& entry) {
  for (const float id : numbers(entry, "class numbers, such as 0;2;5")) {
    config.secondary.on_classes.insert(static_cast<int>(id));
  }
}

template <size_t kCount>
bool is_one_of(const std::string_view (&names)[kCount], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

struct Setter {
  std::string_view key;
  void (*set)(InferConfig&, const IniEntry&);
};

using C = InferConfig;
using E = IniEntry;
constexpr Setter kSetters[] = {
    {"onnx-file", [](C& c, const E& e) { c.onnx_file = beside(c.path, e.value); }},
    {"model-engine-file", [](C& c, const E& e) { c.engine_file = beside(c.path, e.value); }},
    {"gpu-id", [](C& c, const E& e) { c.gpu_id = count(e, 0, "a whole number of 0 or more"); }},
    {"network-mode",
     [](C& c, const E& e) { c.network_mode = choice(e, 3, "0 (FP32), 1 (INT8), 2 (FP16) or 3 (best)"); }},
    {"labelfile-path", [](C& c, const E& e) { c.label_file = beside(c.path, e.value); }},
    {"custom-lib-path", [](C& c, const E& e) { c.custom_lib = e.value; }},
    {"parse-bbox-func-name", [](C& c, const E& e) { c.parse_function = e.value; }},
    {"parse-bbox-instance-mask-func-name", [](C& c, const E& e) { c.mask_parse_function = e.value; }},
    {"output-instance-mask", [](C& c, const E& e) { c.writes_masks = flag(e); }},
    {"segmentation-threshold", [](C& c, const E& e) { c.mask_threshold = number(e); }},
    {"batch-size", [](C& c, const E& e) { c.batch_size = count(e, 1, "a whole number of 1 or more"); }},
    {"interval", [](C& c, const E& e) { c.interval = count(e, 0, "a whole number of 0 or more"); }},
    {"gie-unique-id", [](C& c, const E& e) { c.unique_id = count(e, 0, "a whole number of 0 or more"); }},
    {"num-detected-classes", [](C& c, const E& e) { c.classes = count(e, 1, "a whole number of 1 or more"); }},
    {"net-scale-factor", [](C& c, const E& e) { c.scale = number(e); }},
    {"offsets", set_offsets},
    {"model-color-format",
     [](C& c, const E& e) { c.color = static_cast<ColorFormat>(choice(e, 2, "0 (RGB), 1 (BGR) or 2 (GRAY)")); }},
    {"network-input-order",
     [](C& c, const E& e) { c.order = static_cast<InputOrder>(choice(e, 1, "0 (NCHW) or 1 (NHWC)")); }},
    {"network-type", set_network_type},
    {"infer-dims", set_dims},
    {"maintain-aspect-ratio", [](C& c, const E& e) { c.keep_aspect = flag(e); }},
    {"symmetric-padding", [](C& c, const E& e) { c.symmetric_padding = flag(e); }},
    // NvBufSurfTransform's filters: 3 is super sampling on the GPU; what lies between is bilinear to us.
    {"scaling-filter", [](C& c, const E& e) { c.smooth_scaling = choice(e, 6, "0 to 6") == 3; }},
    {"cluster-mode", set_cluster},
    {"filter-out-class-ids", set_filter},
    {"process-mode", set_process_mode},
    {"operate-on-gie-id", set_on_component},
    {"operate-on-class-ids", set_on_classes},
    {"input-object-min-width", [](C& c, const E& e) { c.secondary.min_width = number(e); }},
    {"input-object-min-height", [](C& c, const E& e) { c.secondary.min_height = number(e); }},
    {"input-object-max-width", [](C& c, const E& e) { c.secondary.max_width = number(e); }},
    {"input-object-max-height", [](C& c, const E& e) { c.secondary.max_height = number(e); }},
    {"secondary-reinfer-interval",
     [](C& c, const E& e) { c.secondary.reinfer_interval = count(e, 0, "a whole number of 0 or more"); }},
    {"classifier-threshold", [](C& c, const E& e) { c.secondary.threshold = number(e); }},
};

bool set_class(ClassAttributes& of, const IniEntry& entry) {
  struct Field {
    std::string_view key;
    float ClassAttributes::*value;
  };
  static constexpr Field kFields[] = {
      {"pre-cluster-threshold", &ClassAttributes::pre_cluster_threshold},
      {"threshold", &ClassAttributes::pre_cluster_threshold},
      {"post-cluster-threshold", &ClassAttributes::post_cluster_threshold},
      {"nms-iou-threshold", &ClassAttributes::nms_iou_threshold},
      {"roi-top-offset", &ClassAttributes::roi_top_offset},
      {"roi-bottom-offset", &ClassAttributes::roi_bottom_offset},
      {"detected-min-w", &ClassAttributes::min_width},
      {"detected-min-h", &ClassAttributes::min_height},
      {"detected-max-w", &ClassAttributes::max_width},
      {"detected-max-h", &ClassAttributes::max_height},
  };
  if (entry.key == "topk") {
    of.topk = static_cast<int>(number(entry));
    return true;
  }
  const auto* field =
      std::find_if(std::begin(kFields), std::end(kFields), [&](const Field& one) { return one.key == entry.key; });
  if (field == std::end(kFields)) return is_one_of(kElsewhereClass, entry.key);
  of.*(field->value) = number(entry);
  return true;
}

constexpr std::string_view kClassGroup = "class-attrs-";

void read_class_group(InferConfig& config, const IniEntry& entry) {
  const std::string which = entry.group.substr(kClassGroup.size());
  const std::optional<float> id = ini_number(which);
  if (which != "all" && !id) {
    throw ConfigError(entry.file + ", line " + std::to_string(entry.line) + ": the group [" + entry.group +
                      "] must be [class-attrs-all] or name a class by its number, such as [class-attrs-0]");
  }
  ClassAttributes& of = id ? config.by_class.try_emplace(static_cast<int>(*id), config.all).first->second : config.all;
  if (!set_class(of, entry)) config.unknown_keys.push_back(entry.group + "." + entry.key);
}

}  // namespace

const ClassAttributes& InferConfig::of_class(int id) const {
  const auto found = by_class.find(id);
  return found == by_class.end() ? all : found->second;
}

std::string beside(const std::string& file, const std::string& name) {
  if (name.empty() || name[0] == '/') return name;
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? name : file.substr(0, slash + 1) + name;
}

InferConfig parse_infer_config(std::string_view text, const std::string& path) {
  InferConfig config;
  config.path = path;
  std::vector<IniEntry> entries = parse_ini(text, path);
  // A class of its own begins with what all have, wherever in the file that stands.
  std::stable_partition(entries.begin(), entries.end(),
                        [](const IniEntry& one) { return one.group == "class-attrs-all"; });
  for (const IniEntry& entry : entries) {
    if (entry.group.compare(0, kClassGroup.size(), kClassGroup) == 0) {
      read_class_group(config, entry);
      continue;
    }
    const auto* setter =
        std::find_if(std::begin(kSetters), std::end(kSetters), [&](const Setter& one) { return one.key == entry.key; });
    if (entry.group == "property" && setter != std::end(kSetters)) {
      setter->set(config, entry);
    } else if (entry.group != "property" || !is_one_of(kElsewhere, entry.key)) {
      config.unknown_keys.push_back(entry.group + "." + entry.key);
    }
  }
  return config;
}

InferConfig read_infer_config(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw ConfigError("config-file-path is \"" + path + "\", which cannot be read: " + std::strerror(errno));
  std::stringstream text;
  text << file.rdbuf();
  return parse_infer_config(text.str(), path);
}

namespace {

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    throw ConfigError("labelfile-path leads to \"" + path + "\", which cannot be read: " + std::strerror(errno));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    lines.push_back(line);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

std::vector<std::string> read_labels(const std::string& path) { return read_lines(path); }

std::vector<std::vector<std::string>> read_classifier_labels(const std::string& path) {
  std::vector<std::vector<std::string>> outputs;
  for (const std::string& line : read_lines(path)) outputs.push_back(ini_list(line));
  return outputs;
}

std::set<int> class_numbers(const std::string& text, char separator, const std::string& key) {
  std::set<int> classes;
  std::stringstream parts(text);
  for (std::string part; std::getline(parts, part, separator);) {
    const std::optional<float> id = ini_number(part);
    if (!id || *id < 0 || *id != std::floor(*id)) {
      throw ConfigError(key + " is \"" + text + "\", expected class numbers parted by \"" + separator + "\"");
    }
    classes.insert(static_cast<int>(*id));
  }
  return classes;
}

}  // namespace vedette

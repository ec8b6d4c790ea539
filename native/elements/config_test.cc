// nvinfer's INI file.
#include "elements/infer_config.h"
#include "elements/ini.h"
#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

std::string message_of(const char* text) {
  try {
    parse_infer_config(text, "/models/m.txt");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

void reads() {
  const InferConfig config = parse_infer_config(
      "# a comment\r\n[property]\r\ngpu-id=0\nnet-scale-factor = 0.0078\noffsets=127.5;100;90;\nmodel-color-format=1\n"
      "onnx-file=model.onnx\nlabelfile-path=/abs/labels.txt\ninfer-dims=3;300;320\nnetwork-input-order=1\n"
      "maintain-aspect-ratio=1\nsymmetric-padding=1\ncluster-mode=4\nnum-detected-classes=23\nfilter-out-class-ids=1;"
      "4\n"
      "interval=2\n[class-attrs-2]\npre-cluster-threshold=0.7\n[class-attrs-all]\npre-cluster-threshold=0.4\ntopk="
      "300\n",
      "/models/m.txt");
  CHECK_NEAR(config.scale, 0.0078, 1e-7);
  CHECK_EQUAL(config.offsets[1], 100.0F);
  CHECK(config.color == ColorFormat::kBgr);
  CHECK(config.order == InputOrder::kNhwc);
  CHECK_EQUAL(config.onnx_file, "/models/model.onnx");
  CHECK_EQUAL(config.label_file, "/abs/labels.txt");
  CHECK_EQUAL(config.infer_dims[2], 320U);
  CHECK(config.keep_aspect && config.symmetric_padding);
  CHECK(config.cluster == Cluster::kNone);
  CHECK_EQUAL(config.interval, 2U);
  CHECK_EQUAL(config.filter_out_classes.count(4), 1U);
  CHECK_EQUAL(config.of_class(0).pre_cluster_threshold, 0.4F);
  CHECK_EQUAL(config.of_class(2).pre_cluster_threshold, 0.7F);
  CHECK_EQUAL(config.of_class(2).topk, 300);  // from [class-attrs-all], though that stands below
  CHECK(config.unknown_keys.empty());
}

void names_unknown() {
  const InferConfig config =
      parse_infer_config("[property]\nonnx-fil=x\n[class-attrs-all]\npre-cluster-treshold=1\n[tests]\na=b\n", "m.txt");
  CHECK_EQUAL(config.unknown_keys.size(), 3U);
  CHECK_EQUAL(config.unknown_keys.at(1), "property.onnx-fil");
  CHECK_EQUAL(config.unknown_keys.at(0), "class-attrs-all.pre-cluster-treshold");
}

void explains() {
  CHECK_EQUAL(message_of("[property]\ninfer-dims=3;300\n"),
              "/models/m.txt, line 2: infer-dims is \"3;300\", expected channels;height;width, such as 3;416;416");
  CHECK_EQUAL(message_of("[property]\nnet-scale-factor=0,5\n"),
              "/models/m.txt, line 2: net-scale-factor is \"0,5\", expected a number");
  CHECK(message_of("[property]\ncluster-mode=1\n").find("2 (NMS) or 4 (none)") != std::string::npos);
  CHECK(message_of("[property]\nnetwork-type=2\n").find("runs no others") != std::string::npos);
  CHECK(message_of("onnx-file=x\n").find("neither [group] nor key=value") != std::string::npos);
  CHECK(message_of("[class-attrs-x]\ntopk=1\n").find("[class-attrs-x]") != std::string::npos);
  std::string message;
  try {
    read_infer_config("/nowhere/m.txt");
  } catch (const ConfigError& error) {
    message = error.what();
  }
  CHECK_EQUAL(message, "config-file-path is \"/nowhere/m.txt\", which cannot be read: No such file or directory");
}

void numbers() {
  CHECK_NEAR(*ini_number(" 1e-3 "), 0.001, 1e-9);
  CHECK(!ini_number("12px"));
  CHECK(!ini_number(""));
  CHECK(!ini_number("nan"));
}

}  // namespace

int main() {
  return check::run_all({
      {"the keys that apply are read, relative names start at the file", reads},
      {"unknown keys are named", names_unknown},
      {"a wrong value is named with its line and what was expected", explains},
      {"numbers are whole numbers or points, never part of a word", numbers},
  });
}

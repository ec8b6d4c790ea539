// vdinfer and vdtracker in a pipeline, with a tiny model whose results are known.
#include <gst/gst.h>

#include <map>
#include <set>

#include "elements/gst_ptr.h"
#include "elements/testing_run.h"
#include "meta/check.h"
#include "meta/reader.h"

using namespace vedette;           // NOLINT(google-build-using-namespace)
using namespace vedette::testing;  // NOLINT(google-build-using-namespace)

namespace {

void finds() {
  Package package;
  Run run(camera(5, "white", 0) + mux_and_infer(package.config()));
  CHECK_EQUAL(run.play(), "");
  CHECK_EQUAL(run.objects.size(), 5U);
  const SeenObject& one = run.objects.at(0);
  CHECK_EQUAL(one.class_id, 1);
  CHECK_EQUAL(one.label, "somebody");
  CHECK_EQUAL(one.id, meta::kUntracked);
  CHECK_NEAR(one.confidence, 1, 0.01);
  // A quarter from the left, half from the top, clipped at the bottom, in the mux's 640x480.
  CHECK_NEAR(one.rect.left, 160, 0.01);
  CHECK_NEAR(one.rect.top, 240, 0.01);
  CHECK_NEAR(one.rect.width, 320, 0.01);
  CHECK_NEAR(one.rect.height, 240, 0.01);
  CHECK(one.inferred);
}

void batches(int batch, int threads) {
  Package package({batch, 3, 8, 16});
  Run run(
      camera(20, "white", 0, "I420") + camera(20, "black", 1) + camera(20, "white", 2, "NV12") +
      mux_and_infer(package.config(), "batched-push-timeout=-1", ("infer-threads=" + std::to_string(threads)).c_str()));
  CHECK_EQUAL(run.play(), "");
  CHECK_EQUAL(run.objects_of(0), 20U);
  CHECK_EQUAL(run.objects_of(1), 0U);  // black: confidence 0
  CHECK_EQUAL(run.objects_of(2), 20U);
  guint64 frames = 0;
  guint64 count = 0;
  g_object_get(run.element("infer").get(), "frames", &frames, "batches", &count, nullptr);
  CHECK_EQUAL(frames, 60U);
  CHECK_EQUAL(count, 20U);
}

void batches() {
  for (const int batch : {-1, 1, 4})
    for (const int threads : {1, 2, 5}) batches(batch, threads);
}

void skips() {
  Package package;
  Run run(camera(9, "white", 0) + mux_and_infer(package.config("interval=2")));
  CHECK_EQUAL(run.play(), "");
  CHECK_EQUAL(run.inferred.size(), 9U);
  for (size_t i = 0; i < 9; i++) CHECK_EQUAL(run.inferred[i], i % 3 == 0);
  CHECK_EQUAL(run.objects.size(), 3U);
}

void tracks() {
  Package package;
  Run run(camera(20, "white", 0) + camera(20, "white", 1) + mux_and_infer(package.config(), "", "interval=1") +
          " ! vdtracker");
  CHECK_EQUAL(run.play(), "");
  std::map<guint, std::set<guint64>> ids;
  bool predicted = false;
  for (const SeenObject& one : run.objects) {
    ids[one.pad].insert(one.id);
    if (one.inferred) continue;
    predicted = true;
    CHECK_NEAR(one.confidence, -0.1, 1e-6);
    CHECK_EQUAL(one.label, "somebody");
    CHECK_NEAR(one.rect.left, 160, 2);
  }
  CHECK(predicted);
  CHECK_EQUAL(ids[0].size(), 1U);
  CHECK_EQUAL(ids[1].size(), 1U);
  CHECK(*ids[0].begin() != *ids[1].begin());
  CHECK_EQUAL(ids[0].count(meta::kUntracked), 0U);
  CHECK(run.objects_of(0) >= 14U);  // all but the probation
}

void classes_and_names() {
  for (const char* abi : {"A0", "A", "B", "C", "D"}) {
    g_setenv("VEDETTE_ABI_CLASS", abi, TRUE);
    Package package;
    Run run(camera(8, "white", 0) + "nvstreammux name=mux batch-size=1 ! nvinfer config-file-path=" + package.config() +
            " ! nvtracker");
    CHECK_EQUAL(run.play(), "");
    CHECK_EQUAL(run.abi, abi);
    CHECK(run.objects.size() >= 5);
    CHECK_EQUAL(run.objects.at(0).label, "somebody");
    CHECK_NEAR(run.objects.at(0).rect.left, 16, 0.1);  // no width and height: the source's own space
  }
  g_unsetenv("VEDETTE_ABI_CLASS");
}

void new_ids_for_a_new_camera() {
  Package package;
  std::set<guint64> ids;
  ElementPtr tracker(gst_element_factory_make("vdtracker", "tracker"));
  gst_object_ref_sink(tracker.get());
  for (int round = 0; round < 2; round++) {
    Run run(camera(8, "white", 0) + mux_and_infer(package.config()) + " ! identity name=before");
    const ElementPtr before = run.element("before");
    const ElementPtr sink = run.element("sink");
    gst_element_unlink(before.get(), sink.get());
    gst_bin_add(GST_BIN(run.pipeline.get()), tracker.get());
    gst_element_link_many(before.get(), tracker.get(), sink.get(), nullptr);
    CHECK_EQUAL(run.play(), "");
    for (const SeenObject& one : run.objects) ids.insert(one.id);
    gst_element_set_state(run.pipeline.get(), GST_STATE_NULL);
    gst_bin_remove(GST_BIN(run.pipeline.get()), tracker.get());
  }
  CHECK_EQUAL(ids.size(), 2U);
}

std::string error_of(const std::string& config) {
  Run run(camera(1, "white", 0) + mux_and_infer(config));
  return run.play();
}

bool contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  std::fprintf(stderr, "    \"%s\" does not contain \"%s\"\n", text.c_str(), part.c_str());
  return false;
}

void segments() {
  Package package;
  const std::string keys =
      "network-type=3\nparse-bbox-instance-mask-func-name=ParseMask\nsegmentation-threshold=0.5\noutput-instance-mask="
      "1";
  Run run(camera(3, "white", 0) + mux_and_infer(package.config(keys)));
  CHECK_EQUAL(run.play(), "");
  CHECK_EQUAL(run.objects.size(), 3U);
  const SeenObject& one = run.objects.at(0);
  CHECK_NEAR(one.rect.height, 240, 0.01);
  // The box reaches out of the picture by half its height, and so does the mask.
  CHECK_EQUAL(one.mask_width, 2U);
  CHECK_EQUAL(one.mask_height, 2U);
  CHECK_EQUAL(one.mask_threshold, 0.5F);
  CHECK(one.mask == (std::vector<float>{0.9F, 0.1F, 0.8F, 0.1F}));
  CHECK(contains(error_of(package.config("network-type=3")), "parse-bbox-instance-mask-func-name"));
}

// As nvinfer, which keeps masks to itself unless output-instance-mask is set.
void keeps_masks() {
  Package package;
  Run run(camera(1, "white", 0) +
          mux_and_infer(package.config("network-type=3\nparse-bbox-instance-mask-func-name=ParseMask")));
  CHECK_EQUAL(run.play(), "");
  CHECK_EQUAL(run.objects.size(), 1U);
  CHECK(run.objects.at(0).mask.empty());
}

void turns() {
  Package package;
  Run run(camera(1, "white", 0) + mux_and_infer(package.config("", "ParseTurned")));
  CHECK_EQUAL(run.play(), "");
  CHECK_NEAR(run.objects.at(0).rotation, 0.5, 1e-6);
}

void explains() {
  CHECK(contains(error_of("/nowhere/nvinfer.txt"), "\"/nowhere/nvinfer.txt\", which cannot be read"));
  Package package;
  CHECK(contains(error_of(package.config("onnx-file=absent.onnx")), "absent.onnx\" (onnx-file) cannot be loaded"));
  CHECK(contains(error_of(package.config("infer-dims=3;300;300")), "but infer-dims is 3;300;300"));
  CHECK(
      contains(error_of(package.config("network-input-order=1")), "correct network-input-order or model-color-format"));
  CHECK(contains(error_of(package.config("custom-lib-path=libabsent.so")),
                 "custom-lib-path is \"libabsent.so\", which is at none of"));
  CHECK(contains(error_of(package.config("", "ParseAbsent")), "parse-bbox-func-name is \"ParseAbsent\""));
  CHECK(contains(error_of(package.config("", "ParseNothing")), "cannot read this model's outputs (means 1x3x1x1)"));
  CHECK(contains(error_of(package.config("num-detected-classes=0")), "num-detected-classes is \"0\", expected"));
  CHECK(contains(error_of(package.config("labelfile-path=absent.txt")), "absent.txt\", which cannot be read"));
  testing::write(package.folder + "/model.onnx", "not a model");
  CHECK(contains(error_of(package.config()), "model.onnx\" (onnx-file) cannot be loaded"));
  Package open({1, 3, -1, -1});
  CHECK(contains(error_of(open.config()), "add infer-dims=channels;height;width"));
  CHECK_EQUAL(error_of(open.config("infer-dims=3;8;8")), "");
}

void warns() {
  Package package;
  Run run(camera(1, "white", 0) + mux_and_infer(package.config("clutser-mode=2")));
  CHECK_EQUAL(run.play(), "");
  CHECK_EQUAL(run.warnings.size(), 1U);
  CHECK(!run.warnings.empty() && contains(run.warnings[0], "the key \"property.clutser-mode\" is unknown"));
}

void no_runtime() {
  Package package;
  Run run(camera(1, "white", 0) + mux_and_infer(package.config(), "", "onnxruntime-path=/nowhere/libonnxruntime.so"));
  const std::string message = run.play();
  CHECK(contains(message, "/nowhere/libonnxruntime.so"));
  CHECK(contains(message, "set onnxruntime-path or VEDETTE_ONNXRUNTIME"));
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  register_elements();
  return check::run_all({
      {"a segmenting network's masks are cut with their boxes", segments},
      {"masks stay out where they are not asked for", keeps_masks},
      {"a parser's rotation reaches the rectangle", turns},
      {"detections reach the metadata in the mux's coordinates, with their label", finds},
      {"each camera of a batch gets its own detections, with free and fixed batches, on one thread and on several",
       [] { batches(); }},
      {"interval skips frames and says so", skips},
      {"tracks have ids of their own per camera and predicted boxes between inferences", tracks},
      {"every ABI class works from mux to tracker, under NVIDIA's names too", classes_and_names},
      {"ids are never used again", new_ids_for_a_new_camera},
      {"a model that does not fit is explained", explains},
      {"an unknown key is named in a warning", warns},
      {"a missing ONNX Runtime is explained", no_runtime},
  });
}

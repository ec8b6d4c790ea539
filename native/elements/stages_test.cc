// Several vdinfer in a row, and another model put into one that runs.
#include <condition_variable>
#include <mutex>

#include "elements/testing_run.h"
#include "meta/check.h"

using namespace vedette;           // NOLINT(google-build-using-namespace)
using namespace vedette::testing;  // NOLINT(google-build-using-namespace)

namespace {

// The classifier beside the detector of a Package, in the same folder.
std::string classifier(const Package& package, const std::string& more = "") {
  write(package.folder + "/colours.onnx", means_model({-1, 3, 4, 4}));
  write(package.folder + "/colours.txt", "red;green;blue\n");
  write(package.folder + "/classifier.txt",
        "[property]\nonnx-file=colours.onnx\nlabelfile-path=colours.txt\nnetwork-type=1\nprocess-mode=2\n"
        "gie-unique-id=9\nbatch-size=4\nnet-scale-factor=0.00392156862\nclassifier-threshold=0.5\n" +
            more);
  return package.folder + "/classifier.txt";
}

guint64 pictures_of(const Run& run, const char* name) {
  guint64 frames = 0;
  g_object_get(run.element(name).get(), "frames", &frames, nullptr);
  return frames;
}

void classifies() {
  for (const char* abi : {"A0", "A", "B", "C", "D"}) {
    g_setenv("VEDETTE_ABI_CLASS", abi, TRUE);
    Package package;
    Run run(camera(5, "red", 0) + camera(5, "white", 1, "I420") + mux_and_infer(package.config()) +
            " ! vdinfer name=colours config-file-path=" + classifier(package));
    CHECK_EQUAL(run.play(), "");
    CHECK_EQUAL(run.objects.size(), 10U);
    for (const SeenObject& one : run.objects) {
      CHECK_EQUAL(one.component, 5);
      CHECK_EQUAL(one.classified.size(), 1U);
      CHECK_EQUAL(one.classified.at(0), "red");  // of white, the first of three that are equal
    }
    CHECK_EQUAL(pictures_of(run, "colours"), 10U);
  }
  g_unsetenv("VEDETTE_ABI_CLASS");
}

size_t classified(const std::string& properties, const std::string& keys = "") {
  Package package;
  Run run(camera(3, "red", 0) + mux_and_infer(package.config()) +
          " ! vdinfer config-file-path=" + classifier(package, keys) + " " + properties);
  CHECK_EQUAL(run.play(), "");
  CHECK_EQUAL(run.objects.size(), 3U);
  size_t count = 0;
  for (const SeenObject& one : run.objects) count += one.classified.size();
  return count;
}

void chooses() {
  CHECK_EQUAL(classified("infer-on-gie-id=5 infer-on-class-ids=0:1"), 3U);
  CHECK_EQUAL(classified("infer-on-gie-id=4"), 0U);
  CHECK_EQUAL(classified("infer-on-class-ids=0"), 0U);
  CHECK_EQUAL(classified("", "operate-on-gie-id=5\noperate-on-class-ids=1\n"), 3U);
  CHECK_EQUAL(classified("infer-on-gie-id=5", "operate-on-gie-id=4\n"), 3U);  // the property wins
  CHECK_EQUAL(classified("", "input-object-min-width=321\n"), 0U);
  CHECK_EQUAL(classified("", "input-object-min-width=320\ninput-object-max-height=240\n"), 3U);
  CHECK_EQUAL(classified("", "input-object-max-height=239\n"), 0U);
}

guint64 looks_of_a_track(const std::string& keys) {
  Package package;
  Run run(camera(24, "red", 0) + mux_and_infer(package.config()) +
          " ! vdtracker ! vdinfer name=colours config-file-path=" + classifier(package, keys));
  CHECK_EQUAL(run.play(), "");
  CHECK(run.objects.size() >= 20);  // all but the probation
  for (const SeenObject& one : run.objects) CHECK_EQUAL(one.classified.size(), 1U);
  return pictures_of(run, "colours");
}

void remembers() {
  CHECK_EQUAL(looks_of_a_track(""), 1U);
  CHECK(looks_of_a_track("secondary-reinfer-interval=4\n") >= 4);
  CHECK(looks_of_a_track("secondary-reinfer-interval=0\n") >= 20);
}

// What "model-updated" said.
struct Answer {
  std::mutex mutex;
  std::condition_variable came;
  int count = 0, status = -1;
  std::string path;

  void watch(GstElement* element) {
    g_signal_connect(element, "model-updated", G_CALLBACK(+[](GstElement*, gint status, gchar* path, gpointer data) {
                       auto* self = static_cast<Answer*>(data);
                       const std::lock_guard<std::mutex> lock(self->mutex);
                       self->count++;
                       self->status = status;
                       self->path = path;
                       self->came.notify_all();
                     }),
                     this);
  }
  bool wait(int answers) {
    std::unique_lock<std::mutex> lock(mutex);
    return came.wait_for(lock, std::chrono::seconds(20), [&] { return count == answers; });
  }
};

std::string endless(const char* pattern) {
  return std::string("videotestsrc is-live=true pattern=") + pattern +
         " ! video/x-raw,format=RGB,width=64,height=48,framerate=25/1 ! mux.sink_0 ";
}

std::string warning_of(const Run& run) {
  const std::unique_ptr<GstBus, void (*)(gpointer)> bus(gst_element_get_bus(run.pipeline.get()), gst_object_unref);
  GstMessage* message = gst_bus_timed_pop_filtered(bus.get(), 20 * GST_SECOND, GST_MESSAGE_WARNING);
  if (!message) return "no warning";
  GError* error = nullptr;
  gst_message_parse_warning(message, &error, nullptr);
  std::string text = error->message;
  g_clear_error(&error);
  gst_message_unref(message);
  return text;
}

// Until so many pictures have been looked at.
void wait_for_pictures(const Run& run, guint64 count) {
  const gint64 limit = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
  while (pictures_of(run, "infer") < count && g_get_monotonic_time() < limit) g_usleep(10'000);
}

void updates() {
  Package package;
  const std::string model = package.folder + "/brightest.onnx";
  write(model, means_model({-1, 3, 8, 16}, "GlobalMaxPool"));
  // The mean of the colour bars is too dark to be an object, their brightest is not.
  Run run(endless("smpte") + mux_and_infer(package.config("", "ParseMean")) + " ! identity name=after");
  const ElementPtr infer = run.element("infer");
  Answer answer;
  answer.watch(infer.get());
  gst_element_set_state(run.pipeline.get(), GST_STATE_PLAYING);
  gst_element_get_state(run.pipeline.get(), nullptr, nullptr, 20 * GST_SECOND);
  wait_for_pictures(run, 1);
  g_object_set(infer.get(), "model-engine-file", model.c_str(), nullptr);
  CHECK(answer.wait(1));
  CHECK_EQUAL(answer.status, 0);
  CHECK_EQUAL(answer.path, model);
  wait_for_pictures(run, pictures_of(run, "infer") + 3);
  gst_element_set_state(run.pipeline.get(), GST_STATE_NULL);
  CHECK(!run.objects.empty());
  CHECK(run.inferred.size() > run.objects.size());
  CHECK(!run.objects.empty() && run.objects.back().confidence > 0.7F);
}

void refuses() {
  Package package;
  const std::string other_size = package.folder + "/small.onnx";
  const std::string small_batch = package.folder + "/single.onnx";
  write(other_size, means_model({-1, 3, 4, 4}));
  write(small_batch, means_model({1, 3, 8, 16}));
  Run run(endless("white") + mux_and_infer(package.config()));
  const ElementPtr infer = run.element("infer");
  Answer answer;
  answer.watch(infer.get());
  gst_element_set_state(run.pipeline.get(), GST_STATE_PLAYING);
  gst_element_get_state(run.pipeline.get(), nullptr, nullptr, 20 * GST_SECOND);
  int answers = 0;
  const auto refused = [&](const char* property, const std::string& path, const char* why) {
    g_object_set(infer.get(), property, path.c_str(), nullptr);
    CHECK(answer.wait(++answers));
    CHECK(answer.status != 0);
    CHECK_EQUAL(answer.path, path);
    const std::string warning = warning_of(run);
    CHECK(warning.find(why) != std::string::npos);
    CHECK(warning.find("the old model goes on") != std::string::npos);
  };
  refused("model-engine-file", other_size, "sees pictures of 4x4, expected 16x8");
  refused("model-engine-file", small_batch, "takes 1 pictures at once, expected 4 or more");
  refused("model-engine-file", "/nowhere/model.onnx", "/nowhere/model.onnx");
  refused("config-file-path", "/nowhere/nvinfer.txt", "which cannot be read");
  gchar* config = nullptr;
  g_object_get(infer.get(), "config-file-path", &config, nullptr);
  CHECK_EQUAL(std::string(config), package.folder + "/nvinfer.txt");
  g_free(config);
  gst_element_set_state(run.pipeline.get(), GST_STATE_NULL);
}

std::string error_of(const std::string& infer) {
  Run run(camera(1, "white", 0) + "vdstreammux name=mux batch-size=1 ! vdinfer config-file-path=" + infer);
  return run.play();
}

void explains() {
  Package package;
  CHECK(error_of(classifier(package) + " infer-on-class-ids=1,2").find("infer-on-class-ids is \"1,2\"") !=
        std::string::npos);
  CHECK(error_of(package.config() + " process-mode=2").find("has a detector (network-type=0) for objects") !=
        std::string::npos);
  CHECK(error_of(classifier(package) + " process-mode=primary").find("a classifier (network-type=1) for whole") !=
        std::string::npos);
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  register_elements();
  return check::run_all({
      {"a classifier after a detector labels its objects, in every ABI class", classifies},
      {"a secondary stage looks at the objects it was told to", chooses},
      {"a tracked object keeps its labels for secondary-reinfer-interval frames", remembers},
      {"another model takes a running one's place between two batches", updates},
      {"a model that does not fit is refused with a warning, and the old one goes on", refuses},
      {"stages that make no sense are explained", explains},
  });
}

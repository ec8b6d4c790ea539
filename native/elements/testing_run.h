// A pipeline of our elements in a test, with a tiny model whose results are known, and everything seen at its end.
#pragma once

#include <glib/gstdio.h>
#include <gst/gst.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "elements/gst_ptr.h"
#include "elements/infer_element.h"
#include "elements/streammux.h"
#include "elements/testing_model.h"
#include "elements/tracker_element.h"
#include "meta/reader.h"

namespace vedette::testing {

// A folder with a model, labels and a configuration; gone at the end.
class Package {
 public:
  explicit Package(const std::vector<int>& shape = {-1, 3, 8, 16}) {
    char name[] = "/tmp/vedette-infer-XXXXXX";
    folder = mkdtemp(name);
    write(folder + "/model.onnx", means_model(shape));
    write(folder + "/labels.txt", "nobody\nsomebody\n");
  }
  ~Package() {
    GDir* files = g_dir_open(folder.c_str(), 0, nullptr);
    while (const gchar* name = g_dir_read_name(files)) g_unlink((folder + "/" + name).c_str());
    g_dir_close(files);
    g_rmdir(folder.c_str());
  }
  std::string config(const std::string& more = "", const std::string& function = "ParseMean") {
    std::string path = folder + "/nvinfer.txt";
    write(path,
          "[property]\nonnx-file=model.onnx\nlabelfile-path=labels.txt\nnum-detected-classes=2\n"
          "net-scale-factor=0.00392156862\ncluster-mode=2\ngie-unique-id=5\nbatch-size=4\n"
          "custom-lib-path=" VEDETTE_TESTING_PARSER "\nparse-bbox-func-name=" +
              function + "\n" + more + "\n[class-attrs-all]\npre-cluster-threshold=0.5\n");
    return path;
  }
  std::string folder;
};

struct SeenObject {
  guint pad;
  gint frame;
  bool inferred;
  guint64 id;
  gint class_id, component;
  float confidence;
  meta::Box rect;
  std::string label;
  std::vector<std::string> classified;  // its labels, in the order they were given
  float rotation;
  unsigned mask_width, mask_height;
  float mask_threshold;
  std::vector<float> mask;
};

class Run {
 public:
  explicit Run(const std::string& text) {
    pipeline.reset(gst_parse_launch((text + " ! fakesink name=sink sync=false async=false").c_str(), nullptr));
    const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "sink"));
    const PadPtr pad(gst_element_get_static_pad(sink.get(), "sink"));
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, on_buffer, this, nullptr);
  }
  ~Run() { gst_element_set_state(pipeline.get(), GST_STATE_NULL); }
  // Plays until the end or an error, whose text is returned.
  std::string play() {
    gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
    std::unique_ptr<GstBus, void (*)(gpointer)> bus(gst_element_get_bus(pipeline.get()), gst_object_unref);
    for (;;) {
      const auto which = static_cast<GstMessageType>(GST_MESSAGE_ERROR | GST_MESSAGE_EOS | GST_MESSAGE_WARNING);
      GstMessage* message = gst_bus_timed_pop_filtered(bus.get(), 20 * GST_SECOND, which);
      if (!message) return "nothing happened for 20 seconds";
      GError* error = nullptr;
      const GstMessageType type = GST_MESSAGE_TYPE(message);
      if (type == GST_MESSAGE_ERROR) gst_message_parse_error(message, &error, nullptr);
      if (type == GST_MESSAGE_WARNING) gst_message_parse_warning(message, &error, nullptr);
      std::string text = error ? error->message : "";
      g_clear_error(&error);
      gst_message_unref(message);
      if (type == GST_MESSAGE_EOS) return "";
      if (type == GST_MESSAGE_ERROR) return text;
      warnings.push_back(text);
    }
  }
  size_t objects_of(guint pad) const {
    size_t count = 0;
    for (const SeenObject& one : objects) count += one.pad == pad ? 1 : 0;
    return count;
  }
  ElementPtr element(const char* name) const { return ElementPtr(gst_bin_get_by_name(GST_BIN(pipeline.get()), name)); }

  ElementPtr pipeline;
  std::vector<SeenObject> objects;
  std::vector<bool> inferred;
  std::vector<std::string> warnings;
  std::string abi;

 private:
  static std::vector<std::string> labels_of(const meta::Object& object) {
    std::vector<std::string> texts;
    for (const meta::Classifier classifier : object.classifiers())
      for (const meta::Label label : classifier.labels()) texts.insert(texts.begin(), std::string(label.text()));
    return texts;
  }
  static GstPadProbeReturn on_buffer(GstPad*, GstPadProbeInfo* info, gpointer data) {
    auto* self = static_cast<Run*>(data);
    void* raw = meta::find_batch(GST_PAD_PROBE_INFO_BUFFER(info));
    const meta::Offsets* abi = meta::recognise_batch(raw);
    self->abi = abi->name;
    const meta::Batch batch(raw, *abi);
    for (const meta::Frame frame : batch.frames()) {
      self->inferred.push_back(frame.inferred());
      for (const meta::Object one : frame.objects()) {
        const meta::Mask mask = one.mask();
        self->objects.push_back({frame.pad_index(),
                                 frame.number(),
                                 frame.inferred(),
                                 one.id(),
                                 one.class_id(),
                                 one.component_id(),
                                 one.confidence(),
                                 one.rect(),
                                 std::string(one.label()),
                                 labels_of(one),
                                 one.rotation(),
                                 mask.width,
                                 mask.height,
                                 mask.threshold,
                                 {mask.values, mask.values + size_t{mask.width} * mask.height}});
      }
    }
    return GST_PAD_PROBE_OK;
  }
};

inline std::string camera(int frames, const char* pattern, int pad, const char* format = "RGB") {
  return "videotestsrc num-buffers=" + std::to_string(frames) + " pattern=" + pattern +
         " ! video/x-raw,format=" + format + ",width=64,height=48,framerate=25/1 ! mux.sink_" + std::to_string(pad) +
         " ";
}

inline std::string mux_and_infer(const std::string& config, const char* mux = "", const char* infer = "") {
  return std::string("vdstreammux name=mux batch-size=4 width=640 height=480 ") + mux +
         " ! vdinfer name=infer config-file-path=" + config + " " + infer;
}

// Under our names and NVIDIA's.
inline void register_elements() {
  for (const char* prefix : {"vd", "nv"}) {
    const std::string p = prefix;
    gst_element_register(nullptr, (p + "streammux").c_str(), GST_RANK_NONE, streammux_get_type());
    gst_element_register(nullptr, (p + "infer").c_str(), GST_RANK_NONE, infer_get_type());
    gst_element_register(nullptr, (p + "tracker").c_str(), GST_RANK_NONE, tracker_get_type());
  }
}

}  // namespace vedette::testing

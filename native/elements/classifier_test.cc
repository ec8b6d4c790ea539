// Crops of pictures and what a classifier says of them, with a tiny model: its outputs are the means of R, G and B.
#include "classifier.h"

#include <glib/gstdio.h>

#include "elements/testing_model.h"
#include "meta/check.h"

using namespace vedette;  // NOLINT(google-build-using-namespace)

namespace {

class Package {
 public:
  explicit Package(const std::string& labels = "red;green;blue\n", const std::vector<int>& shape = {-1, 3, 8, 8}) {
    char name[] = "/tmp/vedette-classifier-XXXXXX";
    folder_ = mkdtemp(name);
    testing::write(folder_ + "/model.onnx", testing::means_model(shape));
    testing::write(folder_ + "/labels.txt", labels);
  }
  ~Package() {
    for (const char* file : {"model.onnx", "labels.txt"}) g_unlink((folder_ + "/" + file).c_str());
    g_rmdir(folder_.c_str());
  }
  InferenceOptions options(const std::string& more = "") const {
    const std::string text =
        "[property]\nonnx-file=model.onnx\nlabelfile-path=labels.txt\nnetwork-type=1\nprocess-mode=2\nbatch-size=4\n"
        "net-scale-factor=0.00392156862\nclassifier-threshold=0.5\n" +
        more;
    return {parse_infer_config(text, folder_ + "/nvinfer.txt"), "", 1, 28};
  }

 private:
  std::string folder_;
};

// Red on the left of x = 30, blue on the right of it.
SourceFrame red_and_blue(GstVideoFormat format) {
  SourceFrame picture{BufferPtr(nullptr), {}};
  gst_video_info_set_format(&picture.info, format, 64, 48);
  picture.info.colorimetry = {GST_VIDEO_COLOR_RANGE_16_235, GST_VIDEO_COLOR_MATRIX_BT601, GST_VIDEO_TRANSFER_BT601,
                              GST_VIDEO_COLOR_PRIMARIES_SMPTE170M};
  if (format == GST_VIDEO_FORMAT_RGB) picture.info.colorimetry.matrix = GST_VIDEO_COLOR_MATRIX_RGB;
  picture.buffer.reset(gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&picture.info), nullptr));
  GstVideoFrame frame;
  gst_video_frame_map(&frame, &picture.info, picture.buffer.get(), GST_MAP_WRITE);
  const uint8_t red[] = {81, 90, 240}, blue[] = {41, 240, 110};  // Y, U, V
  const uint8_t red_rgb[] = {255, 0, 0}, blue_rgb[] = {0, 0, 255};
  for (unsigned part = 0; part < 3; part++) {
    const bool is_rgb = format == GST_VIDEO_FORMAT_RGB;
    for (int y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT(&frame, part); y++)
      for (int x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH(&frame, part); x++) {
        const bool is_left = x * 64 / GST_VIDEO_FRAME_COMP_WIDTH(&frame, part) < 30;
        GST_VIDEO_FRAME_COMP_DATA(&frame, part)
        [y * GST_VIDEO_FRAME_COMP_STRIDE(&frame, part) + x * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, part)] =
            is_rgb ? (is_left ? red_rgb : blue_rgb)[part] : (is_left ? red : blue)[part];
      }
  }
  gst_video_frame_unmap(&frame);
  return picture;
}

void crops() {
  Package package;
  Classifier classifier(package.options());
  for (const GstVideoFormat format : {GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12}) {
    const SourceFrame picture = red_and_blue(format);
    const Crop left = crop_of(picture, {3.4F, 5, 20, 30});
    CHECK_EQUAL(left.left, 2U);
    CHECK_EQUAL(left.width, 22U);
    const Crop right = crop_of(picture, {40, -10, 100, 20});
    CHECK_EQUAL(right.top, 0U);
    CHECK_EQUAL(right.width, 24U);
    const std::vector<std::vector<Attribute>> found = classifier.classify({left, right, right, left, left});
    CHECK_EQUAL(found.size(), 5U);
    for (const size_t i : {0U, 3U, 4U}) {
      CHECK_EQUAL(found.at(i).size(), 1U);
      CHECK_EQUAL(found[i].at(0).label, "red");
      CHECK_NEAR(found[i][0].probability, 1, 0.03);
    }
    CHECK_EQUAL(found.at(1).at(0).label, "blue");
    CHECK_EQUAL(found.at(2).at(0).class_id, 2U);
  }
}

void doubts() {
  Package package;
  Classifier classifier(package.options());
  const SourceFrame picture = red_and_blue(GST_VIDEO_FORMAT_RGB);
  // Half red and half blue: neither is more probable than the threshold.
  CHECK(classifier.classify({crop_of(picture, {20, 0, 20, 48})}).at(0).empty());
  Classifier credulous(package.options("classifier-threshold=0.4"));
  CHECK_EQUAL(credulous.classify({crop_of(picture, {20, 0, 20, 48})}).at(0).size(), 1U);
}

std::string error_of(const InferenceOptions& options) {
  try {
    Classifier classifier(options);
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

void explains() {
  CHECK(error_of(Package("red;green\n").options()).find("has 3 probabilities, but line 1 of") != std::string::npos);
  CHECK(error_of(Package().options("onnx-file=\n")).find("no onnx-file") != std::string::npos);
  CHECK_EQUAL(error_of(Package("red;green;blue\n", {4, 3, 8, 8}).options()), "no error");
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  return check::run_all({
      {"a crop is the object's part of the picture, whatever its format", crops},
      {"a label that is not probable enough is not given", doubts},
      {"a model whose outputs do not fit the labels is explained", explains},
  });
}

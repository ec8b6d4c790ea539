#include "detector.h"

#include <algorithm>

#include "network_input.h"

namespace vedette {
namespace {

// One camera kind each; more kinds than this at once would be strange, and cost only their tables.
constexpr size_t kPreprocessors = 16;

const InferConfig& complete(const InferConfig& config) {
  if (config.onnx_file.empty()) {
    throw ModelError(config.path + " has no onnx-file: vdinfer runs ONNX models, give the path of one");
  }
  if (config.classes == 0) {
    throw ModelError(config.path + " has no num-detected-classes: expected the number of classes of the model");
  }
  return config;
}

}  // namespace

Detector::Detector(const InferenceOptions& options)
    : config_(complete(options.config)),
      whole_({options.onnxruntime, config_.onnx_file, options.threads}),
      network_(network_of(config_, whole_.input())),
      fixed_batch_(whole_.input().shape[0] > 0 ? static_cast<size_t>(whole_.input().shape[0]) : 0),
      parser_(config_, options.parser_object_size),
      team_(static_cast<size_t>(std::max(options.threads, 1))) {
  if (!config_.label_file.empty()) labels_ = read_labels(config_.label_file);
  if (team_.size() > 1)
    shared_ = std::make_unique<OrtSession>(OrtSession::Options{options.onnxruntime, config_.onnx_file, 1});
  for (size_t i = 0; i < team_.size(); i++) {
    lanes_.push_back(std::make_unique<Lane>());
    lanes_.back()->tensor.resize(picture_size() * std::max<size_t>(fixed_batch_, config_.batch_size));
  }
  // A run on an empty picture tells at once whether model and parser understand each other.
  Lane& lane = *lanes_.front();
  whole_.run(lane.tensor.data(), input_shape(network_, std::max<size_t>(fixed_batch_, 1)), lane.outputs);
  const std::vector<Output>& outputs = lane.outputs.all();
  Found found;
  if (parser_.parse(outputs, whole_.outputs(), 0, network_.width, network_.height, network_.channels, found)) return;
  std::string shapes;
  for (size_t i = 0; i < outputs.size(); i++) {
    shapes += (i ? ", " : "") + whole_.outputs()[i].name + " " + shape_text(outputs[i].shape);
  }
  throw ModelError(parser_.name() + " cannot read this model's outputs (" + shapes +
                   "): choose the parser that belongs to the model");
}

const std::string& Detector::label(unsigned class_id) const {
  static const std::string none;
  return class_id < labels_.size() ? labels_[class_id] : none;
}

Preprocessor& Detector::preprocessor_for(Lane& lane, const GstVideoInfo& info) const {
  auto& preprocessors = lane.preprocessors;
  auto found =
      std::find_if(preprocessors.begin(), preprocessors.end(), [&](const auto& one) { return one->fits(info); });
  if (found == preprocessors.end()) {
    if (preprocessors.size() == kPreprocessors) preprocessors.pop_back();
    preprocessors.push_back(std::make_unique<Preprocessor>(info, network_));
    found = preprocessors.end() - 1;
  }
  std::rotate(preprocessors.begin(), found, found + 1);
  return *preprocessors.front();
}

Placement Detector::prepare(Lane& lane, const SourceFrame& picture, float* into) const {
  Preprocessor& preprocessor = preprocessor_for(lane, picture.info);
  GstVideoFrame frame;
  if (!gst_video_frame_map(&frame, &picture.info, picture.buffer.get(), GST_MAP_READ)) {
    throw ModelError("a picture of " + std::to_string(picture.info.width) + "x" + std::to_string(picture.info.height) +
                     " cannot be read: its buffer is smaller than its format says");
  }
  const uint8_t* planes[GST_VIDEO_MAX_PLANES] = {};
  int strides[GST_VIDEO_MAX_PLANES] = {};
  for (unsigned i = 0; i < GST_VIDEO_FRAME_N_PLANES(&frame); i++) {
    planes[i] = static_cast<const uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, i));
    strides[i] = GST_VIDEO_FRAME_PLANE_STRIDE(&frame, i);
  }
  preprocessor.run(planes, strides, into);
  gst_video_frame_unmap(&frame);
  return preprocessor.placement();
}

Found Detector::in_source(Found found, const Placement& placement, const GstVideoInfo& info) const {
  const float x = static_cast<float>(info.width) / static_cast<float>(placement.width);
  const float y = static_cast<float>(info.height) / static_cast<float>(placement.height);
  for (Detection& one : found) {
    one.left = (one.left - static_cast<float>(placement.left)) * x;
    one.top = (one.top - static_cast<float>(placement.top)) * y;
    one.width *= x;
    one.height *= y;
  }
  return found;
}

Found Detector::parse(const std::vector<Output>& outputs, size_t picture) {
  const std::lock_guard<std::mutex> lock(parsing_);
  Found found;
  if (!parser_.parse(outputs, whole_.outputs(), picture, network_.width, network_.height, network_.channels, found)) {
    throw ModelError(parser_.name() + " refuses the outputs of the model");
  }
  return found;
}

void Detector::detect_some(const OrtSession& session, Lane& lane, const SourceFrame* const* pictures, size_t count,
                           Found* results) {
  std::vector<Placement> placements;
  for (size_t i = 0; i < count; i++)
    placements.push_back(prepare(lane, *pictures[i], lane.tensor.data() + i * picture_size()));
  session.run(lane.tensor.data(), input_shape(network_, fixed_batch_ > 0 ? fixed_batch_ : count), lane.outputs);
  for (size_t i = 0; i < count; i++) {
    results[i] = in_source(cluster(parse(lane.outputs.all(), i), config_), placements[i], pictures[i]->info);
  }
}

std::vector<Found> Detector::detect(const std::vector<const SourceFrame*>& pictures) {
  std::vector<Found> results(pictures.size());
  const size_t most = max_batch();
  const bool alone = !shared_ || pictures.size() == 1;
  const size_t share = alone ? most : std::min(most, (pictures.size() + team_.size() - 1) / team_.size());
  const size_t parts = (pictures.size() + share - 1) / share;
  const auto detect_part = [&](const OrtSession& session, size_t member, size_t part) {
    const size_t first = part * share;
    detect_some(session, *lanes_[member], &pictures[first], std::min(share, pictures.size() - first), &results[first]);
  };
  if (alone) {
    for (size_t part = 0; part < parts; part++) detect_part(whole_, 0, part);
  } else {
    team_.each(parts, [&](size_t member, size_t part) { detect_part(*shared_, member, part); });
  }
  return results;
}

}  // namespace vedette

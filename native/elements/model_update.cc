#include "model_update.h"

#include "ort_session.h"

namespace vedette {

std::unique_ptr<Inference> load_successor(const Inference& running, InferenceOptions options) {
  const InferConfig& old = running.config();
  InferConfig& config = options.config;
  config.type = old.type;
  config.mode = old.mode;
  config.unique_id = old.unique_id;
  config.classes = old.classes;
  config.all = old.all;
  config.by_class = old.by_class;
  config.cluster = old.cluster;
  config.filter_out_classes = old.filter_out_classes;
  config.secondary = old.secondary;
  std::unique_ptr<Inference> successor = make_inference(options);
  const NetworkInput& is = successor->network();
  const NetworkInput& was = running.network();
  const std::string model = "the model \"" + config.onnx_file + "\"";
  if (is.width != was.width || is.height != was.height) {
    throw ModelError(model + " sees pictures of " + std::to_string(is.width) + "x" + std::to_string(is.height) +
                     ", expected " + std::to_string(was.width) + "x" + std::to_string(was.height) +
                     " as the one that runs: a model of another size needs the pipeline made again");
  }
  if (successor->max_batch() < running.max_batch()) {
    throw ModelError(model + " takes " + std::to_string(successor->max_batch()) + " pictures at once, expected " +
                     std::to_string(running.max_batch()) + " or more as the one that runs");
  }
  return successor;
}

}  // namespace vedette

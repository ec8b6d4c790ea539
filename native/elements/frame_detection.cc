#include "frame_detection.h"

#include <cmath>

#include "meta/writer.h"
#include "visible_box.h"

namespace vedette {

size_t FrameDetection::run(const BatchView& batch, unsigned interval) {
  std::vector<void*> frames;
  std::vector<const SourceFrame*> pictures;
  {
    const meta::Batch reader(batch.meta, batch.abi);
    for (const meta::Frame frame : reader.frames()) {
      const uint64_t number = frames_of_pad_[frame.pad_index()]++;
      if (number % (uint64_t{interval} + 1) != 0 || frame.batch_id() >= batch.sources.size()) continue;
      frames.push_back(frame.raw());
      pictures.push_back(&batch.sources[frame.batch_id()]);
    }
  }
  if (frames.empty()) return 0;
  const std::vector<Found> found = detector_.detect(pictures);
  for (size_t i = 0; i < frames.size(); i++) write(frames[i], found[i]);
  return frames.size();
}

void FrameDetection::write(void* frame, const Found& found) const {
  const meta::Frame view(frame, meta::abi_of(frame));
  const FrameSpace space = space_of(view);
  const float x = space.width / static_cast<float>(view.source_width());
  const float y = space.height / static_cast<float>(view.source_height());
  // Prepending turns the order round: the best one ends up first.
  for (auto one = found.rbegin(); one != found.rend(); ++one) {
    const meta::Box box{one->left * x, one->top * y, one->width * x, one->height * y};
    const meta::Box visible = visible_box(box, space);
    if (visible.width <= 0 || visible.height <= 0) continue;
    void* object =
        meta::add_object(frame, {static_cast<int32_t>(config().unique_id), static_cast<int32_t>(one->class_id),
                                 one->confidence, visible, box, detector_.label(one->class_id)});
    if (std::isfinite(one->rotation) && one->rotation != 0) meta::set_rotation(object, one->rotation);
    if (!one->mask || !config().writes_masks) continue;
    const InstanceMask mask = visible_part(*one->mask, box, visible);
    meta::set_mask(object, mask.width, mask.height, mask.values.data(), config().mask_threshold);
  }
  meta::set_inferred(frame, true);
}

}  // namespace vedette

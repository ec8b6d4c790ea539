#include "object_classification.h"

#include "meta/writer.h"
#include "visible_box.h"

namespace vedette {
namespace {

constexpr float kGrown = 1.2F;
constexpr int64_t kForgottenAfter = 1000;  // frames unseen
constexpr size_t kManyObjects = 256;       // of one camera, before those unseen are looked for

float area_of(const meta::Object& object) { return object.rect().width * object.rect().height; }

meta::Box in_source(const meta::Frame& frame, const meta::Box& rect) {
  const FrameSpace space = space_of(frame);
  const float x = static_cast<float>(frame.source_width()) / space.width;
  const float y = static_cast<float>(frame.source_height()) / space.height;
  return {rect.left * x, rect.top * y, rect.width * x, rect.height * y};
}

}  // namespace

bool ObjectClassification::wants(const meta::Object& object) const {
  const SecondaryConfig& rules = config().secondary;
  const meta::Box& rect = object.rect();
  if (rules.on_component >= 0 && object.component_id() != rules.on_component) return false;
  if (!rules.on_classes.empty() && rules.on_classes.count(object.class_id()) == 0) return false;
  if (rect.width < std::max(1.0F, rules.min_width) || rect.height < std::max(1.0F, rules.min_height)) return false;
  return (rules.max_width <= 0 || rect.width <= rules.max_width) &&
         (rules.max_height <= 0 || rect.height <= rules.max_height);
}

bool ObjectClassification::is_fresh(const Known& known, int64_t frame, float area) const {
  return frame - known.inferred_at <= static_cast<int64_t>(config().secondary.reinfer_interval) &&
         area <= known.area * kGrown;
}

void ObjectClassification::write(void* object, const std::vector<Attribute>& attributes) const {
  if (attributes.empty()) return;
  meta::NewClassifier classifier{static_cast<int32_t>(config().unique_id), {}};
  for (const Attribute& one : attributes) classifier.labels.push_back({one.class_id, one.label, one.probability});
  meta::add_classifier(object, classifier);
}

void ObjectClassification::forget_unseen(Objects& objects, int64_t frame) {
  if (objects.size() < kManyObjects) return;
  for (auto one = objects.begin(); one != objects.end();)
    one = frame - one->second.seen_at > kForgottenAfter ? objects.erase(one) : std::next(one);
}

void ObjectClassification::look(const meta::Frame& frame, const SourceFrame& picture) {
  const int64_t number = frame.number();
  Objects& objects = known_[frame.pad_index()];
  for (const meta::Object object : frame.objects()) {
    if (!wants(object)) continue;
    const auto found = object.id() == meta::kUntracked ? objects.end() : objects.find(object.id());
    if (found != objects.end() && is_fresh(found->second, number, area_of(object))) {
      found->second.seen_at = number;
      write(object.raw(), found->second.attributes);
      continue;
    }
    waiting_.push_back({object.raw(), frame.pad_index(), object.id(), {number, number, area_of(object), {}}});
    crops_.push_back(crop_of(picture, in_source(frame, object.rect())));
  }
  forget_unseen(objects, number);
}

size_t ObjectClassification::run(const BatchView& batch, unsigned) {
  waiting_.clear();
  crops_.clear();
  {
    const meta::Batch reader(batch.meta, batch.abi);
    for (const meta::Frame frame : reader.frames())
      if (frame.batch_id() < batch.sources.size()) look(frame, batch.sources[frame.batch_id()]);
  }
  if (crops_.empty()) return 0;
  std::vector<std::vector<Attribute>> found = classifier_.classify(crops_);
  for (size_t i = 0; i < waiting_.size(); i++) {
    write(waiting_[i].object, found[i]);
    if (waiting_[i].id == meta::kUntracked) continue;
    waiting_[i].known.attributes = std::move(found[i]);
    known_[waiting_[i].pad][waiting_[i].id] = std::move(waiting_[i].known);
  }
  return crops_.size();
}

}  // namespace vedette

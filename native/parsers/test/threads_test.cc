// Parsers of several models run at once in one process: they share nothing, so every thread finds what one finds.
#include <thread>

#include "check.h"

namespace {

Result ssd_nms() {
  Tensor boxes("boxes", {2, 4}), classes("classes", {2}), scores("scores", {2}), count("count", {1});
  boxes.put(0, {0.1F, 0.2F, 0.5F, 0.6F, 0.3F, 0.3F, 0.9F, 0.8F});
  classes.put(0, {1, 2});
  scores.put(0, {0.9F, 0.8F});
  count.put(0, {2});
  return parse(NvDsInferParseCustomSsdNms, {boxes.layer(), classes.layer(), scores.layer(), count.layer()}, 300, 300,
               {0.5F, 0.5F, 0.5F});
}

Result ssd_anchors() {
  // 1917 anchors of a 300x300 input: computed once and kept, which is where threads could meet.
  Tensor boxes("box_encodings", {1917, 4}), scores("class_logits", {1917, 3}, -8.0F);
  scores.put(3 * 700 + 1, {4.0F});
  scores.put(3 * 1900 + 2, {5.0F});
  return parse(NvDsInferParseCustomSsdAnchors, {boxes.layer(), scores.layer()}, 300, 300, {0.5F, 0.5F, 0.5F});
}

bool is_same(const Result& a, const Result& b) {
  bool same = a.isRead && b.isRead && a.objects.size() == b.objects.size() && !a.objects.empty();
  for (std::size_t i = 0; same && i < a.objects.size(); i++)
    same = a.objects[i].classId == b.objects[i].classId && a.objects[i].left == b.objects[i].left &&
           a.objects[i].width == b.objects[i].width;
  return same;
}

template <typename Parse>
bool agrees_with_itself(Parse parse_once) {
  constexpr std::size_t kThreads = 4;
  std::vector<Result> found(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; i++) {
    threads.emplace_back([&found, &parse_once, i] {
      for (int round = 0; round < 20; round++) found[i] = parse_once();
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Result alone = parse_once();
  bool same = true;
  for (const Result& each : found) same = same && is_same(each, alone);
  return same;
}

}  // namespace

int main() {
  claim(agrees_with_itself(ssd_anchors), "four threads parse SSD with anchors as one does");
  claim(agrees_with_itself(ssd_nms), "four threads parse SSD with NMS as one does");
  return verdict();
}

// A secondary stage: objects of another stage get labels. A tracked object keeps those it has until
// secondary-reinfer-interval frames are over or it has grown by a fifth, as with nvinfer; others are looked at each
// time.
#pragma once

#include <map>

#include "classifier.h"
#include "inference.h"

namespace vedette {

class ObjectClassification : public Inference {
 public:
  explicit ObjectClassification(const InferenceOptions& options) : classifier_(options) {}
  // `interval` has no meaning here: nvinfer skips whole frames only.
  size_t run(const BatchView& batch, unsigned interval) override;
  void forget(uint32_t pad) override { known_.erase(pad); }
  const InferConfig& config() const override { return classifier_.config(); }
  const NetworkInput& network() const override { return classifier_.network(); }
  const std::string& runtime_version() const override { return classifier_.runtime_version(); }
  size_t max_batch() const override { return classifier_.max_batch(); }

 private:
  struct Known {
    int64_t inferred_at, seen_at;  // frame numbers
    float area;
    std::vector<Attribute> attributes;
  };
  using Objects = std::map<uint64_t, Known>;  // by track

  struct Waiting {
    void* object;
    uint32_t pad;
    uint64_t id;
    Known known;
  };

  void look(const meta::Frame& frame, const SourceFrame& picture);
  static void forget_unseen(Objects& objects, int64_t frame);
  bool wants(const meta::Object& object) const;
  bool is_fresh(const Known& known, int64_t frame, float area) const;
  void write(void* object, const std::vector<Attribute>& attributes) const;

  Classifier classifier_;
  std::map<uint32_t, Objects> known_;  // by pad
  // Of the batch that is being looked at.
  std::vector<Waiting> waiting_;
  std::vector<Crop> crops_;
};

}  // namespace vedette

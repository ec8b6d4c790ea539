// Reads the metadata that comes out of the last element into packed frames. One streaming thread; it copies what it
// needs and allocates nothing per object. The metadata's lock is held while reading, and nothing is called out then.
#pragma once

#include <memory>
#include <vector>

#include "../meta/reader.h"
#include "frame_packer.h"
#include "gst_ptr.h"
#include "outbox.h"
#include "slots.h"

namespace vedette {

class Analysis {
 public:
  struct Rules {
    uint32_t width, height;           // of the mux, where a frame does not tell; 0: each source has its own
    std::vector<int32_t> unreported;  // objects of these stages are left out
  };
  Analysis(Slots& slots, Outbox& outbox, Rules rules) : slots_(slots), outbox_(outbox), rules_(std::move(rules)) {}
  void read(GstBuffer* buffer);
  uint64_t batches() const { return batches_; }

 private:
  bool is_unreported(const meta::Object& object) const;
  void refuse(const std::string& why);
  void pack(const meta::Frame& frame, Source& source, int64_t now_us);
  // What the object at place `at` of the columns has beside its box.
  void append_parts(const meta::Object& object, uint32_t at);

  Slots& slots_;
  Outbox& outbox_;
  const Rules rules_;
  const meta::Offsets* abi_ = nullptr;
  bool is_refused_ = false;
  // Of the batch that is being read; they keep their memory.
  bool has_labels_ = false, has_user_ = false;
  FramePacker packer_;
  std::vector<meta::Object> objects_;
  PackedFrames packed_;
  std::vector<std::shared_ptr<Source>> seen_;
  std::atomic<uint64_t> batches_{0};
};

}  // namespace vedette

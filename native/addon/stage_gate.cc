#include "stage_gate.h"

#include "../meta/writer.h"
#include "stage_watch.h"

namespace vedette {
namespace {

// Of no stage: those have 1 … 255.
constexpr int32_t kNobody = 0x7ffe;

void renumber(GstBuffer* buffer, int32_t from, int32_t to) {
  void* batch = meta::find_batch(buffer);
  const meta::Offsets* abi = batch == nullptr ? nullptr : meta::recognise_batch(batch);
  if (abi == nullptr) return;
  meta::Batch reader(batch, *abi);
  for (meta::Frame frame : reader.frames())
    for (meta::Object object : frame.objects())
      if (object.component_id() == from) meta::set_component(object.raw(), to);
}

}  // namespace

void StageGate::start(GstElement* stage) {
  watch_pad<StageGate, &StageGate::enter>(stage, "sink", shared_from_this());
  watch_pad<StageGate, &StageGate::leave>(stage, "src", shared_from_this());
}

void StageGate::set_open(bool is_open) {
  if (!is_open) has_been_closed_ = true;
  is_open_ = is_open;
}

void StageGate::enter(GstBuffer* batch) {
  if (!is_open_) renumber(batch, looks_at_, kNobody);
}

void StageGate::leave(GstBuffer* batch) {
  if (has_been_closed_) renumber(batch, kNobody, looks_at_);
}

}  // namespace vedette

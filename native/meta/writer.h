// Writes NvDsBatchMeta in any ABI class, with the list order, locking, pools and release of libnvds_meta, so that a
// reader cannot tell it from DeepStream's own. An independent implementation of the published layout.
//
// A batch belongs to the GstBuffer it is attached to and goes with it; copying the buffer copies the batch. All
// functions take the batch's lock themselves and may be called from any thread that holds the buffer.
#pragma once

#include <gst/gst.h>

#include <string_view>
#include <vector>

#include "offsets.h"
#include "reader.h"

namespace vedette::meta {

struct NewFrame {
  uint32_t pad_index, batch_id;
  int32_t number;
  uint64_t pts_ns, ntp_ns;
  uint32_t source_width, source_height, pipeline_width, pipeline_height;
};

struct NewObject {
  int32_t component_id, class_id;
  float confidence;
  Box rect;       // clipped, in pipeline space
  Box unclipped;  // as the detector found it
  std::string_view label;
  void* parent = nullptr;  // the object that a secondary detector found this one in
};

// Makes an empty batch and attaches it. `frames` is what the pools are sized for at first, `max_frames` what the batch
// may hold.
void* attach_batch(GstBuffer* buffer, const Offsets& abi, uint32_t frames, uint32_t max_frames);

void* add_frame(void* batch, const NewFrame& values);
void* add_object(void* frame, const NewObject& values);
void remove_object(void* frame, void* object);
void set_component(void* object, int32_t component_id);
void set_inferred(void* frame, bool inferred);

struct Track {
  uint64_t id;
  float confidence;
  Box rect;
  Box unclipped;
};
void set_track(void* object, const Track& track);

// Where the class of the batch has no room for one of these (`abi_of`), the call has no effect and returns false.

// Copies width x height values, row by row, over the object's rectangle; what is above the threshold belongs to it.
bool set_mask(void* object, uint32_t width, uint32_t height, const float* values, float threshold);
// Clockwise about the middle of the rectangle. The field counts in degrees, as nvinfer writes it.
bool set_rotation(void* object, float radians);

struct NewLabel {
  uint32_t class_id;
  std::string_view label;
  float probability;
};
struct NewClassifier {
  int32_t component_id;
  std::vector<NewLabel> labels;  // one for each attribute that the classifier tells
};
void* add_classifier(void* object, const NewClassifier& values);

// What a plugin of its own attaches. `copy` and `free` get the NvDsUserMeta, as in libnvds_meta: the first returns new
// data, the second frees the old. Without `copy` a copied buffer goes without it.
struct NewUser {
  int32_t type;
  void* data;
  void* (*copy)(void* user, void* context);
  void (*free)(void* user, void* context);
};
void* add_object_user(void* object, const NewUser& values);
void* add_frame_user(void* frame, const NewUser& values);

// What this writer gave a frame as pipeline width and height, in classes too whose readers know no such fields.
struct Space {
  uint32_t width, height;
};
const Space& written_space(const void* frame);

// The table of the batch that this frame or object was written into.
const Offsets& abi_of(const void* frame_or_object);

}  // namespace vedette::meta

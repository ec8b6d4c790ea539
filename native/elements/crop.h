// An object's part of a decoded picture, as the network's input. Used on one thread at a time.
#pragma once

#include "meta/reader.h"
#include "preprocess.h"
#include "source_frames.h"

namespace vedette {

// In pixels of the source, on even ones where its chroma is subsampled.
struct Crop {
  const SourceFrame* picture;
  unsigned left, top, width, height;
};

// `box` in source pixels; it lies at least partly in the picture.
Crop crop_of(const SourceFrame& picture, const meta::Box& box);

// Scales and normalises the crop into `out`, which has room for one input. Throws ModelError when the picture cannot be
// read.
void prepare_crop(const Crop& crop, const NetworkInput& network, float* out);

}  // namespace vedette

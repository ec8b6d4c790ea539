// Looks for pictures of things in a frame, in several sizes: first in a reduced frame, then around what was found there
// in full. Knows neither GStreamer nor JavaScript; one thread at a time.
#pragma once

#include <vector>

#include "grey_picture.h"

namespace vedette {

struct TemplateMatch {
  // Which template.
  unsigned index;
  float score;
  unsigned left, top, width, height;
};

struct TemplateSearchOptions {
  std::vector<float> scales;
  float threshold;
  unsigned limit;
};

class TemplateSearch {
 public:
  // Templates are scaled here, once; sizes of less than 4 samples a side, and flat pictures, find nothing.
  TemplateSearch(const std::vector<GreyPicture>& templates, TemplateSearchOptions options);
  // Best first; where matches overlap, the best of them alone.
  std::vector<TemplateMatch> look(const GreyPicture& frame) const;

 private:
  struct Prepared {
    unsigned index;
    GreyPicture full;
    // By this factor smaller, 1: the same.
    unsigned reduced_by;
    GreyPicture reduced;
  };
  TemplateSearchOptions options_;
  std::vector<Prepared> prepared_;
};

}  // namespace vedette

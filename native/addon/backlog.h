// What goes to a decoder that cannot keep up with its camera: whole groups of pictures. Once too many encoded frames
// wait for it, all are thrown away up to a keyframe that finds few waiting. What a decoder makes of pictures that lean
// on one it has not seen is grey mud, so nothing is shown before the first keyframe either. One thread at a time.
#pragma once

namespace vedette {

class Backlog {
 public:
  // Whether a frame goes to the decoder, before which so many wait.
  bool takes(bool is_keyframe, unsigned waiting) {
    if (waiting >= kMost) is_open_ = false;
    if (is_keyframe && waiting <= kFew) is_open_ = true;
    return is_open_;
  }

 private:
  // A process that stood still for a second of a camera's 30 frames catches up without losing one.
  static constexpr unsigned kMost = 30, kFew = 5;
  bool is_open_ = false;
};

}  // namespace vedette

#include "offsets.h"

namespace vedette::meta {
namespace {

// Sizes: frame, object, classifier, label, user, display, rectangle. Frame: pipeline width and height, sensor info.
// Object: detector box, tracker box, confidence, tracker confidence, rectangle, mask, text, label, classifiers, users.
constexpr Offsets kTable[kAbiClasses] = {
    {AbiClass::kA0,
     "A0",
     "5.0 developer preview",
     {192, 488, 56, 200, 48, 6912, 104},
     {kAbsent, kAbsent, kAbsent},
     {kAbsent, kAbsent, 64, kAbsent, 72, kAbsent, 176, 280, 408, 416},
     kAbsent,
     24},
    {AbiClass::kA,
     "A",
     "5.0 and 5.1",
     {192, 544, 56, 200, 48, 6912, 104},
     {kAbsent, kAbsent, kAbsent},
     {64, 80, 96, 100, 104, 208, 232, 336, 464, 472},
     kAbsent,
     24},
    {AbiClass::kB,
     "B",
     "6.0 to 7.1",
     {200, 544, 64, 200, 48, 6912, 104},
     {160, 164, kAbsent},
     {64, 80, 96, 100, 104, 208, 232, 336, 464, 472},
     kAbsent,
     24},
    {AbiClass::kC,
     "C",
     "8.0",
     {232, 544, 64, 200, 48, 6912, 104},
     {160, 164, 168},
     {64, 80, 96, 100, 104, 208, 232, 336, 464, 472},
     kAbsent,
     24},
    {AbiClass::kD,
     "D",
     "9.0 to 9.2",
     {232, 552, 64, 200, 48, 7040, 112},
     {160, 164, 168},
     {64, 80, 96, 100, 104, 216, 240, 344, 472, 480},
     104,
     28},
};

}  // namespace

const Offsets& offsets_of(AbiClass abi) { return kTable[static_cast<int>(abi)]; }

const Offsets* recognise(uint32_t object_size, uint32_t frame_size) {
  for (const Offsets& one : kTable) {
    if (one.size.object == object_size && one.size.frame == frame_size) return &one;
  }
  return nullptr;
}

const Offsets* offsets_by_name(std::string_view name) {
  for (const Offsets& one : kTable) {
    if (name == one.name) return &one;
  }
  return nullptr;
}

std::string refusal(uint32_t object_size, uint32_t frame_size) {
  std::string known;
  for (const Offsets& one : kTable) {
    known += (known.empty() ? "" : "; ") + std::to_string(one.size.object) + "/" + std::to_string(one.size.frame) +
             " (DeepStream " + one.versions + ")";
  }
  return "This DeepStream lays out its metadata in a way that is not known here: an object takes " +
         std::to_string(object_size) + " bytes and a frame " + std::to_string(frame_size) + ", expected one of " +
         known +
         ". Nothing is read, because the fields may lie elsewhere; install a supported DeepStream version (5.0 to "
         "9.2).";
}

}  // namespace vedette::meta

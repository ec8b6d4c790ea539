// Work that loads a model, on a thread of its own: nobody waits for it.
#pragma once

#include <functional>

namespace vedette {

// ONNX Runtime cannot be stopped while it loads, and what a process destroys when it exits would be destroyed under it.
// A process that exits meanwhile ends at once, with the status it meant to end with and its output written.
void load_aside(std::function<void()> work);

}  // namespace vedette

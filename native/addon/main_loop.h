// GLib's default main context on a thread of its own: some elements (rtspsrc's and NVIDIA's sources, souphttpsrc) put
// timers there, and Node runs no GLib loop.
#pragma once

namespace vedette {

// Once in a process and for as long as it lives, like gst_init: there is only one default context, and two threads that
// take turns at it could each wait for the other's wake-up.
void run_main_loop();

}  // namespace vedette

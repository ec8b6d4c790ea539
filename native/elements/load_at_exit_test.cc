// A process that ends while a model is being loaded: what the loader uses is not destroyed under it. The exit status of
// this very process is the result.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "elements/testing_run.h"

using namespace vedette;           // NOLINT(google-build-using-namespace)
using namespace vedette::testing;  // NOLINT(google-build-using-namespace)

namespace {

int fail(const char* why) {
  std::fprintf(stderr, "FAIL %s\n", why);
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  // Registered first, so it runs last: after ONNX Runtime's own.
  std::atexit([] { _exit(fail("the libraries' own memory was given back while a model was being loaded")); });
  gst_init(&argc, &argv);
  register_elements();
  const Package package;
  const std::string slow = package.folder + "/slow.onnx";
  if (mkfifo(slow.c_str(), S_IRUSR | S_IWUSR) != 0) return fail("no pipe could be made in the place of a model");
  Package running;
  Run run(camera(1, "white", 0) + mux_and_infer(running.config()));
  if (!run.play().empty()) return fail("the first model does not run");
  g_object_set(run.element("infer").get(), "model-engine-file", slow.c_str(), nullptr);
  // Returns when the loader reads from it; nothing ever comes.
  if (open(slow.c_str(), O_WRONLY | O_CLOEXEC) < 0) return fail("the model is not read");
  std::printf("ok   a process that ends while a model is being loaded ends at once, with its status\n");
  return EXIT_SUCCESS;
}

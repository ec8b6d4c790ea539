// Models that are being changed in running stages, each until its element says "model-updated" for that file.
//
// begin() on an errand thread, the signal on whichever thread loads, warn() on a posting thread, expire() on the
// ticking one. `done` is called once for each, on any of them, with no lock held.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "description.h"
#include "gst_ptr.h"
#include "report.h"

namespace vedette {

class ModelUpdates : public std::enable_shared_from_this<ModelUpdates> {
 public:
  using Done = std::function<void(std::optional<NativeError>)>;

  void begin(uint32_t stage, GstElement* element, const ModelUpdate& update, const Done& done);
  // Words of a warning, which say why when the element then refuses.
  void warn(const GstObject* element, const std::string& words);
  // Gives up those whose time is over; with `all`, every one, because the pipeline ends.
  void expire(bool all);

 private:
  struct Pending {
    ElementPtr element;
    std::string path;
    int64_t until_us;
    gulong handler;
    std::string warning;
    Done done;
  };
  void on_updated(GstElement* element, int status, const std::string& path);
  std::optional<Pending> take(uint32_t stage);

  std::mutex mutex_;                     // innermost
  std::map<uint32_t, Pending> pending_;  // by stage
};

}  // namespace vedette

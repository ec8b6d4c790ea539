// Follows the detections of one camera: Kalman prediction, two rounds of association (strong detections first, weak
// ones only to keep what exists, after ByteTrack), track ages as in NvSORT. Pure but for the ids it is given.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "kalman.h"
#include "tracker_config.h"

namespace vedette {

struct Observation {
  int class_id;
  float confidence;
  meta::Box box;
};

// What became of a track in a frame.
struct TrackedBox {
  uint64_t id;
  int class_id;
  float confidence;  // of the association, 0…1
  meta::Box box;
  int observation;  // index of its detection, -1: predicted
};

class Tracker {
 public:
  // `next_id` is asked once per track that becomes known: ids are never used again, whatever camera asks.
  Tracker(const TrackerConfig& config, std::function<uint64_t()> next_id);

  // A frame that was analysed. Returns the known tracks that were seen in it.
  std::vector<TrackedBox> update(uint64_t pts_ns, const std::vector<Observation>& observations);
  // A frame that inference skipped. Returns where the tracks seen last should be.
  std::vector<TrackedBox> predict(uint64_t pts_ns);

 private:
  struct Track {
    std::optional<uint64_t> id;  // once it is known
    int class_id;
    KalmanBox kalman;
    unsigned hits;
    unsigned misses;
    float score;
  };
  void advance(uint64_t pts_ns);
  float score(const Track& track, const Observation& one, bool tentative) const;
  // Pairs what is still free; marks both sides.
  void associate(const std::vector<Observation>& observations, const std::vector<size_t>& candidates, bool tentative,
                 std::vector<int>& track_of, std::vector<int>& seen_as);
  void begin(const std::vector<Observation>& observations, const std::vector<int>& track_of, std::vector<int>& seen_as);
  void age(const std::vector<int>& seen_as, const std::vector<Observation>& observations);

  TrackerConfig config_;
  std::function<uint64_t()> next_id_;
  std::vector<Track> tracks_;
  std::optional<uint64_t> last_pts_;
};

}  // namespace vedette

#include "tracker.h"

#include <algorithm>
#include <cmath>

#include "assignment.h"

namespace vedette {
namespace {

float overlap(const meta::Box& a, const meta::Box& b) {
  const float width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
  const float height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const float both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}

float size_likeness(const meta::Box& a, const meta::Box& b) {
  const float width = std::min(a.width, b.width) / std::max({a.width, b.width, 1.0F});
  const float height = std::min(a.height, b.height) / std::max({a.height, b.height, 1.0F});
  return width * height;
}

}  // namespace

Tracker::Tracker(const TrackerConfig& config, std::function<uint64_t()> next_id)
    : config_(config), next_id_(std::move(next_id)) {}

// The noise settings are per frame of a camera at 30 frames a second. A slower camera predicts over more of them; what
// came after a long silence is not extrapolated across the whole of it.
void Tracker::advance(uint64_t pts_ns) {
  constexpr double kNominalNs = 1e9 / 30;
  constexpr double kLongest = 30;
  double frames = 1;
  if (last_pts_ && pts_ns > *last_pts_) frames = static_cast<double>(pts_ns - *last_pts_) / kNominalNs;
  last_pts_ = pts_ns;
  frames = std::clamp(frames, 0.1, kLongest);
  for (Track& track : tracks_) {
    if (track.misses > 0) track.kalman.hold_size();
    track.kalman.predict(static_cast<float>(frames));
  }
}

float Tracker::score(const Track& track, const Observation& one, bool tentative) const {
  if (config_.check_class && track.class_id != one.class_id) return 0;
  const meta::Box box = track.kalman.box();
  const float both = overlap(box, one.box);
  if (tentative) return both >= config_.min_tentative_iou ? both : 0;
  const float size = size_likeness(box, one.box);
  if (both < config_.min_iou || both <= 0 || size < config_.min_size_score) return 0;
  const float weights = config_.iou_weight + config_.size_weight;
  const float total = weights > 0 ? (config_.iou_weight * both + config_.size_weight * size) / weights : both;
  return total >= config_.min_score ? total : 0;
}

void Tracker::associate(const std::vector<Observation>& observations, const std::vector<size_t>& candidates,
                        bool tentative, std::vector<int>& track_of, std::vector<int>& seen_as) {
  std::vector<size_t> free_tracks;
  for (size_t i = 0; i < tracks_.size(); i++) {
    // A weak detection may keep a track that was there a moment ago, not call one back.
    if (seen_as[i] < 0 && (!tentative || (tracks_[i].id && tracks_[i].misses == 0))) free_tracks.push_back(i);
  }
  std::vector<std::vector<float>> scores(free_tracks.size());
  for (size_t row = 0; row < free_tracks.size(); row++) {
    for (const size_t one : candidates) {
      scores[row].push_back(score(tracks_[free_tracks[row]], observations[one], tentative));
    }
  }
  const std::vector<int> pairs = assign(scores, candidates.size());
  for (size_t row = 0; row < pairs.size(); row++) {
    if (pairs[row] < 0) continue;
    const size_t one = candidates[static_cast<size_t>(pairs[row])];
    seen_as[free_tracks[row]] = static_cast<int>(one);
    track_of[one] = static_cast<int>(free_tracks[row]);
    tracks_[free_tracks[row]].score = scores[row][static_cast<size_t>(pairs[row])];
  }
}

void Tracker::age(const std::vector<int>& seen_as, const std::vector<Observation>& observations) {
  for (size_t i = 0; i < seen_as.size(); i++) {
    Track& track = tracks_[i];
    if (seen_as[i] >= 0) {
      track.kalman.correct(observations[static_cast<size_t>(seen_as[i])].box);
      track.hits++;
      track.misses = 0;
      if (!track.id && track.hits > config_.probation_age) track.id = next_id_();
    } else {
      track.misses++;
    }
  }
}

void Tracker::begin(const std::vector<Observation>& observations, const std::vector<int>& track_of,
                    std::vector<int>& seen_as) {
  const size_t known = tracks_.size();
  for (size_t i = 0; i < observations.size() && tracks_.size() < config_.max_targets; i++) {
    const Observation& one = observations[i];
    if (track_of[i] >= 0 || one.confidence < config_.tentative_confidence) continue;
    const bool doubled =
        std::any_of(tracks_.begin(), tracks_.begin() + static_cast<ptrdiff_t>(known), [&](const Track& t) {
          return t.misses == 0 && t.class_id == one.class_id &&
                 overlap(t.kalman.box(), one.box) > config_.min_iou_diff_for_new;
        });
    if (doubled) continue;
    tracks_.push_back({std::nullopt, one.class_id, KalmanBox(one.box, {config_.location_noise, config_.velocity_noise}),
                       1, 0, one.confidence});
    if (tracks_.back().hits > config_.probation_age) tracks_.back().id = next_id_();
    seen_as.push_back(static_cast<int>(i));
  }
}

std::vector<TrackedBox> Tracker::update(uint64_t pts_ns, const std::vector<Observation>& observations) {
  advance(pts_ns);
  std::vector<size_t> strong;
  std::vector<size_t> weak;
  for (size_t i = 0; i < observations.size(); i++) {
    const float confidence = observations[i].confidence;
    if (confidence < config_.min_detector_confidence) continue;
    (confidence >= config_.tentative_confidence ? strong : weak).push_back(i);
  }
  std::vector<int> track_of(observations.size(), -1);
  std::vector<int> seen_as(tracks_.size(), -1);
  associate(observations, strong, false, track_of, seen_as);
  if (config_.cascaded) associate(observations, weak, true, track_of, seen_as);
  age(seen_as, observations);
  begin(observations, track_of, seen_as);

  std::vector<TrackedBox> result;
  std::vector<Track> living;
  for (size_t i = 0; i < tracks_.size(); i++) {
    Track& track = tracks_[i];
    const unsigned most = track.id ? config_.max_shadow_age : config_.early_termination_age;
    if (track.misses > most) continue;
    if (track.id && track.misses == 0) {
      result.push_back({*track.id, track.class_id, track.score, track.kalman.box(), seen_as[i]});
    }
    living.push_back(track);
  }
  tracks_.swap(living);
  return result;
}

std::vector<TrackedBox> Tracker::predict(uint64_t pts_ns) {
  advance(pts_ns);
  std::vector<TrackedBox> result;
  for (const Track& track : tracks_) {
    if (track.id && track.misses == 0)
      result.push_back({*track.id, track.class_id, track.score, track.kalman.box(), -1});
  }
  return result;
}

}  // namespace vedette

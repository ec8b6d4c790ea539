#include "template_search.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "correlation.h"

namespace vedette {
namespace {

constexpr unsigned kLeastSide = 4;
// The shorter side of a reduced template: enough to tell it from others, and a fraction of the work.
constexpr unsigned kReducedSide = 16;
constexpr unsigned kMostReduced = 8;
// A reduced template lies half a sample beside the reduced frame's at worst, which costs it some of its score.
constexpr float kReducedLoss = 0.25F;
// Places that are looked at in full, for each match that may be told.
constexpr size_t kTriesForOne = 4;
constexpr float kSameOverlap = 0.3F;

struct Place {
  unsigned x, y;
  float score;
};

// Places that are at least as good as all around them.
std::vector<Place> peaks(const std::vector<float>& scores, unsigned columns, float least) {
  std::vector<Place> found;
  const auto rows = static_cast<unsigned>(scores.size() / columns);
  for (unsigned y = 0; y < rows; y++) {
    for (unsigned x = 0; x < columns; x++) {
      const float score = scores[size_t{y} * columns + x];
      if (score < least) continue;
      bool is_peak = true;
      for (unsigned j = y == 0 ? 0 : y - 1; j <= std::min(rows - 1, y + 1) && is_peak; j++)
        for (unsigned i = x == 0 ? 0 : x - 1; i <= std::min(columns - 1, x + 1); i++)
          if (scores[size_t{j} * columns + i] > score) is_peak = false;
      if (is_peak) found.push_back({x, y, score});
    }
  }
  std::sort(found.begin(), found.end(), [](const Place& a, const Place& b) { return a.score > b.score; });
  return found;
}

// The best place around where the reduced template was found.
Place refined(const SummedPicture& frame, const GreyPicture& full, const Place& near, unsigned reduced_by) {
  auto span = [&](unsigned at, unsigned most) {
    const unsigned middle = std::min(at * reduced_by, most);
    return std::pair(middle < reduced_by ? 0U : middle - reduced_by, std::min(most, middle + reduced_by));
  };
  const auto [first_x, last_x] = span(near.x, frame.picture().width - full.width);
  const auto [first_y, last_y] = span(near.y, frame.picture().height - full.height);
  Place best{first_x, first_y, -1};
  const Moments moments = moments_of(full);
  for (unsigned y = first_y; y <= last_y; y++) {
    for (unsigned x = first_x; x <= last_x; x++) {
      const float score = correlation_at(frame, full, moments, x, y);
      if (score > best.score) best = {x, y, score};
    }
  }
  return best;
}

float overlap(const TemplateMatch& a, const TemplateMatch& b) {
  const float wide =
      static_cast<float>(std::min(a.left + a.width, b.left + b.width)) - static_cast<float>(std::max(a.left, b.left));
  const float high =
      static_cast<float>(std::min(a.top + a.height, b.top + b.height)) - static_cast<float>(std::max(a.top, b.top));
  if (wide <= 0 || high <= 0) return 0;
  const float both = wide * high;
  return both / (static_cast<float>(a.width * a.height + b.width * b.height) - both);
}

std::vector<TemplateMatch> best_of(std::vector<TemplateMatch> all, unsigned limit) {
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<TemplateMatch> kept;
  for (const TemplateMatch& match : all) {
    if (kept.size() == limit) break;
    auto is_same = [&](const TemplateMatch& one) { return overlap(one, match) > kSameOverlap; };
    if (std::none_of(kept.begin(), kept.end(), is_same)) kept.push_back(match);
  }
  return kept;
}

}  // namespace

TemplateSearch::TemplateSearch(const std::vector<GreyPicture>& templates, TemplateSearchOptions options)
    : options_(std::move(options)) {
  for (unsigned index = 0; index < templates.size(); index++) {
    for (float scale : options_.scales) {
      auto side = [scale](unsigned samples) { return static_cast<unsigned>(std::lround(scale * samples)); };
      const unsigned width = side(templates[index].width), height = side(templates[index].height);
      if (std::min(width, height) < kLeastSide) continue;
      const unsigned by = std::clamp(std::min(width, height) / kReducedSide, 1U, kMostReduced);
      GreyPicture full = resized(templates[index], width, height);
      GreyPicture reduced = resized(full, std::max(1U, width / by), std::max(1U, height / by));
      prepared_.push_back({index, std::move(full), by, std::move(reduced)});
    }
  }
}

std::vector<TemplateMatch> TemplateSearch::look(const GreyPicture& frame) const {
  std::map<unsigned, SummedPicture> frames;
  auto reduced_frame = [&](unsigned by) -> const SummedPicture& {
    auto known = frames.find(by);
    if (known != frames.end()) return known->second;
    GreyPicture smaller = resized(frame, std::max(1U, frame.width / by), std::max(1U, frame.height / by));
    return frames.emplace(by, SummedPicture(std::move(smaller))).first->second;
  };
  std::vector<TemplateMatch> found;
  for (const Prepared& one : prepared_) {
    if (one.full.width > frame.width || one.full.height > frame.height) continue;
    const SummedPicture& reduced = reduced_frame(one.reduced_by);
    if (one.reduced.width > reduced.picture().width || one.reduced.height > reduced.picture().height) continue;
    const unsigned columns = reduced.picture().width - one.reduced.width + 1;
    const float least = one.reduced_by == 1 ? options_.threshold : options_.threshold - kReducedLoss;
    size_t tries = options_.limit * kTriesForOne;
    for (const Place& place : peaks(correlate(reduced, one.reduced), columns, least)) {
      if (tries-- == 0) break;
      const Place best = one.reduced_by == 1 ? place : refined(reduced_frame(1), one.full, place, one.reduced_by);
      if (best.score >= options_.threshold)
        found.push_back({one.index, best.score, best.x, best.y, one.full.width, one.full.height});
    }
  }
  return best_of(std::move(found), options_.limit);
}

}  // namespace vedette

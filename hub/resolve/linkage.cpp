#include "hub/resolve/linkage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "hub/resolve/counting.hpp"

namespace homeroom::resolve {

struct Linkage::State {
  State(const Records& all, const Identity& what, const Workers& given)
      : records(all),
        identity(what),
        workers(given),
        comparisons(all, what.nicknames),
        blocking(all, what, given),
        frequencies(all, comparisons) {}

  ClusterRules rules(const Scorer& scorer, Comparer& comparer,
                     const std::vector<Decision>& decisions) const {
    ClusterRules made;
    made.link_at = static_cast<float>(weight_of(identity.link_at));
    made.review_at = static_cast<float>(weight_of(identity.review_at));
    made.source = [this](uint32_t record) { return records.source(record); };
    made.weight = [this, &scorer, &comparer](uint32_t a, uint32_t b) {
      const auto* x = records.row(std::min(a, b));
      const auto* y = records.row(std::max(a, b));
      return scorer.weight(comparer.pattern(x, y), x, y);
    };
    made.decisions = decisions;
    bool has_several = records.sources.size() > 2;
    if (has_several && (identity.is_one_per_source || !identity.one_per_source.empty()))
      for (const auto& source : records.sources)
        made.is_one_per_source.push_back(identity.is_one_per_source ||
                                         std::ranges::find(identity.one_per_source, source) !=
                                             identity.one_per_source.end());
    return made;
  }

  const Records& records;
  const Identity& identity;
  const Workers& workers;
  Comparisons comparisons;
  Blocking blocking;
  Frequencies frequencies;
};

Linkage::Linkage(const Records& records, const Identity& identity, const Workers& workers)
    : state_(std::make_unique<State>(records, identity, workers)) {}
Linkage::~Linkage() = default;

const Comparisons& Linkage::comparisons() const {
  return state_->comparisons;
}
const Blocking& Linkage::blocking() const {
  return state_->blocking;
}

Model Linkage::learn() const {
  const auto& s = *state_;
  return train(s.comparisons,
               count_pairs(s.records, s.comparisons, s.blocking, s.frequencies, s.workers));
}

namespace {

constexpr int weight_step = 4;
constexpr int weight_steps = 25;

/// What one worker finds.
struct Found {
  std::vector<Edge> edges;
  std::array<uint64_t, 2 * weight_steps>
      weights{};  ///< by step of the weight, those of 0 and more from the middle on
  uint64_t pairs = 0;
  uint64_t linked = 0;
  uint64_t review = 0;
  uint64_t by_one_key = 0;
  uint64_t by_two_keys = 0;
};

/// Pairs are compared some steps after they were met, in the same order, so that what is known of
/// their values has come from memory by then.
template <class Compare>
class Later {
 public:
  explicit Later(Compare compare) : compare_(std::move(compare)) {}
  void meet(uint32_t a, uint32_t b) {
    auto& place = waiting_[met_++ % steps];
    if (met_ > steps) compare_(place.first, place.second);
    place = {a, b};
  }
  void finish() {
    for (auto i = met_ < steps ? 0 : met_ - steps; i < met_; ++i)
      compare_(waiting_[i % steps].first, waiting_[i % steps].second);
    met_ = 0;
  }

 private:
  static constexpr uint32_t steps = 8;
  Compare compare_;
  std::array<std::pair<uint32_t, uint32_t>, steps> waiting_;
  uint32_t met_ = 0;
};

}  // namespace

Scored Linkage::score(const Model& model) const {
  const auto& s = *state_;
  Scorer scorer(s.comparisons, s.frequencies, model);
  auto link_at = static_cast<float>(weight_of(s.identity.link_at));
  auto review_at = static_cast<float>(weight_of(s.identity.review_at));
  std::vector<Found> found(s.workers.count());
  uint64_t one_in =
      s.records.count > 100'000 ? 8 : 1;  // of the linked pairs, enough to estimate the recall
  std::vector<Comparer> comparers(s.workers.count(), Comparer(s.comparisons));
  s.workers.each(
      static_cast<uint32_t>(s.blocking.pieces().size()), [&](uint32_t piece, uint32_t worker) {
        auto& mine = found[worker];
        auto& comparer = comparers[worker];
        Later later([&](uint32_t a, uint32_t b) {
          const auto* x = s.records.row(a);
          const auto* y = s.records.row(b);
          auto weight = scorer.weight_from(review_at, comparer.pattern(x, y), x, y);
          ++mine.pairs;
          auto step = static_cast<int>(std::floor(weight / weight_step)) + weight_steps;
          ++mine.weights[static_cast<std::size_t>(std::clamp(step, 0, 2 * weight_steps - 1))];
          if (weight < review_at) return;
          mine.edges.push_back({a, b, weight});
          if (weight < link_at) {
            ++mine.review;
            return;
          }
          ++mine.linked;
          if (mixed(a, b) % one_in != 0) return;
          auto keys = s.blocking.keys_shared(a, b);
          mine.by_one_key += one_in * (keys <= 1);
          mine.by_two_keys += one_in * (keys == 2);
        });
        s.blocking.each_pair(s.blocking.pieces()[piece], [&](uint32_t a, uint32_t b) {
          comparer.fetch(s.records.row(a));
          comparer.fetch(s.records.row(b));
          later.meet(a, b);
        });
        later.finish();
      });
  Scored made;
  std::map<int, uint64_t> weights;
  double one = 0;
  double two = 0;
  for (auto& part : found) {
    made.edges.insert(made.edges.end(), part.edges.begin(), part.edges.end());
    part.edges = {};
    for (int step = 0; step < 2 * weight_steps; ++step)
      if (auto count = part.weights[static_cast<std::size_t>(step)])
        weights[(step - weight_steps) * weight_step] += count;
    made.report.pairs += part.pairs;
    made.report.linked += part.linked;
    made.report.review += part.review;
    one += static_cast<double>(part.by_one_key);
    two += static_cast<double>(part.by_two_keys);
  }
  made.report.weights.assign(weights.begin(), weights.end());
  if (auto seen = static_cast<double>(made.report.linked); seen >= 50)
    made.report.blocking_recall = seen / (seen + one * std::max(one - 1, 0.0) / (2 * (two + 1)));
  return made;
}

Linked Linkage::link(Model model, const std::vector<Decision>& decisions) const {
  const auto& s = *state_;
  auto scored = score(model);
  Scorer scorer(s.comparisons, s.frequencies, model);
  Comparer comparer(s.comparisons);
  Linked made;
  made.report = std::move(scored.report);
  made.clusters =
      make_clusters(s.records.count, std::move(scored.edges), s.rules(scorer, comparer, decisions));
  made.model = std::move(model);
  return made;
}

PairWeight Linkage::explain(const Model& model, uint32_t a, uint32_t b) const {
  const auto& s = *state_;
  Scorer scorer(s.comparisons, s.frequencies, model);
  Comparer comparer(s.comparisons);
  const auto* x = s.records.row(std::min(a, b));
  const auto* y = s.records.row(std::max(a, b));
  return scorer.explain(comparer.pattern(x, y), x, y);
}

}  // namespace homeroom::resolve

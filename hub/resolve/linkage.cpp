#include "hub/resolve/linkage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <span>

#include "hub/resolve/comparer.hpp"
#include "hub/resolve/counting.hpp"
#include "hub/resolve/meetings.hpp"

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

/// Compares and weighs pairs; one for each thread.
class Weigher {
 public:
  Weigher(const Records& records, const Blocking& blocking, const Comparisons& comparisons,
          const Scorer& scorer, const Identity& identity)
      : records_(records),
        blocking_(blocking),
        scorer_(scorer),
        comparer_(comparisons),
        link_at_(static_cast<float>(weight_of(identity.link_at))),
        review_at_(static_cast<float>(weight_of(identity.review_at))),
        one_in_(records.count > 100'000 ? 8 : 1) {}

  void weigh(std::span<const Meetings::Pair> pairs) {
    take_rows(records_, pairs, rows_);
    patterns_.resize(pairs.size());
    weights_.resize(pairs.size());
    comparer_.patterns(rows_, patterns_.data());
    scorer_.weights_from(review_at_, rows_, patterns_.data(), weights_.data());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      auto step = static_cast<int>(std::floor(weights_[i] / weight_step)) + weight_steps;
      ++found.weights[static_cast<std::size_t>(std::clamp(step, 0, 2 * weight_steps - 1))];
      if (weights_[i] >= review_at_) keep({pairs[i].a, pairs[i].b, weights_[i]});
    }
    found.pairs += pairs.size();
  }

  Found found;

 private:
  void keep(const Edge& edge) {
    found.edges.push_back(edge);
    if (edge.weight < link_at_) {
      ++found.review;
      return;
    }
    ++found.linked;
    if (mixed(edge.a, edge.b) % one_in_ != 0) return;
    auto keys = blocking_.keys_shared(edge.a, edge.b);
    found.by_one_key += one_in_ * (keys <= 1);
    found.by_two_keys += one_in_ * (keys == 2);
  }

  const Records& records_;
  const Blocking& blocking_;
  const Scorer& scorer_;
  Comparer comparer_;
  float link_at_;
  float review_at_;
  uint64_t one_in_;  ///< of the linked pairs, enough to estimate the recall
  std::vector<RowPair> rows_;
  std::vector<uint64_t> patterns_;
  std::vector<float> weights_;
};

}  // namespace

Scored Linkage::score(const Model& model) const {
  const auto& s = *state_;
  Scorer scorer(s.comparisons, s.frequencies, model);
  std::vector<std::unique_ptr<Weigher>> weighers;
  for (uint32_t worker = 0; worker < s.workers.count(); ++worker)
    weighers.push_back(
        std::make_unique<Weigher>(s.records, s.blocking, s.comparisons, scorer, s.identity));
  const auto& pieces = s.blocking.pieces();
  s.workers.each(static_cast<uint32_t>(pieces.size()), [&](uint32_t piece, uint32_t worker) {
    Meetings meetings(s.blocking, pieces[piece]);
    for (auto pairs = meetings.next(); !pairs.empty(); pairs = meetings.next())
      weighers[worker]->weigh(pairs);
  });
  Scored made;
  std::map<int, uint64_t> weights;
  double one = 0;
  double two = 0;
  for (auto& weigher : weighers) {
    auto& part = weigher->found;
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

#include "hub/resolve/linkage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>

namespace homeroom::resolve {

namespace {

/// Pairs that training looks at; more teach it nothing.
constexpr uint64_t training_pairs = 1'500'000;
constexpr uint64_t random_pairs = 200'000;
/// Up to so many pairs all there are are counted: among few records, matches are no rarity.
constexpr uint64_t most_for_all = 800'000;
constexpr uint32_t few = 6;  ///< records of a small block

using Histogram = std::unordered_map<uint64_t, uint32_t>;

void merge(std::map<uint64_t, uint64_t>& into, const Histogram& from) {
  for (const auto& [pattern, count] : from) into[pattern] += count;
}

PatternCounts counted(const std::map<uint64_t, uint64_t>& counts, double scale) {
  PatternCounts made;
  for (const auto& [pattern, count] : counts)
    made.emplace_back(pattern, static_cast<double>(count) * scale);
  return made;
}

}  // namespace

struct Linkage::State {
  State(const Records& all, const Identity& what, const Workers& given)
      : records(all),
        identity(what),
        workers(given),
        comparisons(all, what.nicknames),
        blocking(all, what, given),
        frequencies(all, comparisons) {}

  /// Calls visit(a, b, row_a, row_b) for the pairs of a piece; rows of a block lie side by side
  /// meanwhile.
  template <class Visit>
  void each_pair(const Blocking::Piece& piece, std::vector<uint32_t>& rows, Visit visit) const {
    const auto& key = blocking.keys()[piece.key];
    auto width = records.width;
    for (auto b = piece.first; b < piece.end; ++b) {
      const auto& block = key.blocks[b];
      const auto* members = key.members.data() + block.first;
      if (block.size <= few) {
        // Mostly the pair belongs to an earlier key, and the rows are not looked at.
        blocking.each_pair(key, block, [&](uint32_t i, uint32_t j) {
          visit(members[i], members[j], records.row(members[i]), records.row(members[j]));
        });
        continue;
      }
      rows.resize(std::size_t{block.size} * width);
      for (uint32_t i = 0; i < block.size; ++i)
        std::copy_n(records.row(members[i]), width, rows.begin() + std::size_t{i} * width);
      blocking.each_pair(key, block, [&](uint32_t i, uint32_t j) {
        visit(members[i], members[j], rows.data() + std::size_t{i} * width,
              rows.data() + std::size_t{j} * width);
      });
    }
  }

  /// Pairs, about, that blocks hold together.
  uint64_t blocked_pairs() const {
    uint64_t sum = 0;
    for (const auto& key : blocking.keys())
      for (const auto& block : key.blocks) sum += uint64_t{block.size} * (block.size - 1) / 2;
    return sum;
  }

  void count_blocked(Counts& counts) const {
    auto every = std::max<uint64_t>(1, blocked_pairs() / training_pairs);
    auto wanted = [&](uint32_t piece) { return mixed(piece, 77) % every == 0; };
    std::vector<uint32_t> chosen;
    for (uint32_t piece = 0; piece < blocking.pieces().size(); ++piece)
      if (every == 1 || wanted(piece)) chosen.push_back(piece);
    std::vector<Histogram> found(workers.count());
    std::vector<Comparer> comparers(workers.count(), Comparer(comparisons));
    workers.each(static_cast<uint32_t>(chosen.size()), [&](uint32_t at, uint32_t worker) {
      std::vector<uint32_t> rows;
      each_pair(blocking.pieces()[chosen[at]], rows,
                [&](uint32_t, uint32_t, const uint32_t* a, const uint32_t* b) {
                  ++found[worker][comparers[worker].pattern(a, b)];
                });
    });
    std::map<uint64_t, uint64_t> all;
    for (const auto& part : found) merge(all, part);
    counts.blocked = counted(all, static_cast<double>(blocking.pieces().size()) /
                                      static_cast<double>(std::max<std::size_t>(chosen.size(), 1)));
  }

  /// The i-th of the random pairs: all there are if they are few.
  std::pair<uint32_t, uint32_t> random_pair(uint64_t i, bool are_all) const {
    if (are_all) {
      auto b = static_cast<uint64_t>((1 + std::sqrt(1 + 8.0 * static_cast<double>(i))) / 2);
      while (b * (b - 1) / 2 > i) --b;
      while ((b + 1) * b / 2 <= i) ++b;
      return {static_cast<uint32_t>(i - b * (b - 1) / 2), static_cast<uint32_t>(b)};
    }
    auto a = static_cast<uint32_t>(mixed(i, 1) % records.count);
    auto b = static_cast<uint32_t>(mixed(i, 2) % (records.count - 1));
    return {a, b + (b >= a)};
  }

  void count_random(Counts& counts) const {
    auto total = uint64_t{records.count} * (records.count - 1) / 2;
    bool are_all = total <= most_for_all;
    auto pairs = are_all ? total : random_pairs;
    constexpr uint64_t in_piece = 1 << 14;
    struct Part {
      Histogram patterns;
      std::vector<std::vector<std::pair<double, double>>> rarity;
    };
    std::vector<std::pair<double, double>> none(16);
    auto pieces = static_cast<uint32_t>((pairs + in_piece - 1) / in_piece);
    std::vector<Part> parts(pieces);
    std::vector<Comparer> comparers(workers.count(), Comparer(comparisons));
    const auto& all = comparisons.all();
    workers.each(pieces, [&](uint32_t piece, uint32_t worker) {
      auto& part = parts[piece];
      part.rarity.assign(all.size(), none);
      for (uint64_t i = piece * in_piece; i < std::min(pairs, (piece + 1) * in_piece); ++i) {
        auto [a, b] = random_pair(i, are_all);
        const auto* x = records.row(a);
        const auto* y = records.row(b);
        auto pattern = comparers[worker].pattern(x, y);
        ++part.patterns[pattern];
        for (auto f : frequencies.with_rarity()) {
          auto level = all[f].level(pattern);
          if (auto log = frequencies.rarer(f, level, x, y)) {
            part.rarity[f][level].first += *log;
            part.rarity[f][level].second += 1;
          }
        }
      }
    });
    std::map<uint64_t, uint64_t> patterns;
    std::vector<std::vector<std::pair<double, double>>> rarity(all.size(), none);
    for (const auto& part : parts) {
      merge(patterns, part.patterns);
      for (std::size_t f = 0; f < all.size(); ++f)
        for (std::size_t level = 0; level < 16; ++level) {
          rarity[f][level].first += part.rarity[f][level].first;
          rarity[f][level].second += part.rarity[f][level].second;
        }
    }
    counts.random = counted(patterns, 1);
    counts.random_pairs = static_cast<double>(pairs);
    for (std::size_t f = 0; f < all.size(); ++f) {
      auto& means = counts.rarity.emplace_back();
      counts.equal.push_back(frequencies.equal(f));
      auto equal = std::log2(std::max(frequencies.equal(f), 1e-9));
      for (uint32_t level = 0; level < all[f].levels(); ++level) {
        auto [sum, count] = rarity[f][level];
        means.push_back(level == 1 || count < 5 ? equal : sum / count);
      }
    }
  }

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
  Counts counts;
  counts.records = state_->records.count;
  counts.pairs = counts.records * (counts.records - 1) / 2;
  state_->count_blocked(counts);
  state_->count_random(counts);
  return train(state_->comparisons, counts);
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
  s.workers.each(static_cast<uint32_t>(s.blocking.pieces().size()), [&](uint32_t piece,
                                                                        uint32_t worker) {
    auto& mine = found[worker];
    auto& comparer = comparers[worker];
    std::vector<uint32_t> rows;
    s.each_pair(
        s.blocking.pieces()[piece], rows,
        [&](uint32_t a, uint32_t b, const uint32_t* x, const uint32_t* y) {
          bool is_first = a < b;
          const auto* lower = is_first ? x : y;
          const auto* upper = is_first ? y : x;
          auto weight = scorer.weight_from(review_at, comparer.pattern(lower, upper), lower, upper);
          ++mine.pairs;
          auto step = static_cast<int>(std::floor(weight / weight_step)) + weight_steps;
          ++mine.weights[static_cast<std::size_t>(std::clamp(step, 0, 2 * weight_steps - 1))];
          if (weight < review_at) return;
          mine.edges.push_back({std::min(a, b), std::max(a, b), weight});
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
  made.clusters = make_clusters(s.records.count, std::move(scored.edges),
                                s.rules(scorer, comparer, decisions));
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

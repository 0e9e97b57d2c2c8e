#include "hub/resolve/counting.hpp"

#include <algorithm>
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

struct Counting {
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
      auto& mine = found[worker];
      auto& comparer = comparers[worker];
      blocking.each_pair(blocking.pieces()[chosen[at]], [&](uint32_t a, uint32_t b) {
        ++mine[comparer.pattern(records.row(a), records.row(b))];
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

  const Records& records;
  const Comparisons& comparisons;
  const Blocking& blocking;
  const Frequencies& frequencies;
  const Workers& workers;
};

}  // namespace

Counts count_pairs(const Records& records, const Comparisons& comparisons, const Blocking& blocking,
                   const Frequencies& frequencies, const Workers& workers) {
  Counting counting{records, comparisons, blocking, frequencies, workers};
  Counts counts;
  counts.records = records.count;
  counts.pairs = counts.records * (counts.records - 1) / 2;
  counting.count_blocked(counts);
  counting.count_random(counts);
  return counts;
}

}  // namespace homeroom::resolve

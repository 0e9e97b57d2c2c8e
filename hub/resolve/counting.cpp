#include "hub/resolve/counting.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "hub/resolve/comparer.hpp"
#include "hub/resolve/meetings.hpp"
#include "hub/resolve/pair_sums.hpp"

namespace homeroom::resolve {

namespace {

/// Pairs that training looks at; more teach it nothing.
constexpr uint64_t training_pairs = 1'500'000;
constexpr uint64_t random_pairs = 200'000;
/// Up to so many pairs all there are are counted: among few records, matches are no rarity.
constexpr uint64_t most_for_all = 800'000;
using Histogram = std::unordered_map<uint64_t, uint32_t>;

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
      std::vector<RowPair> rows;
      std::vector<uint64_t> patterns;
      Meetings meetings(blocking, blocking.pieces()[chosen[at]]);
      for (auto pairs = meetings.next(); !pairs.empty(); pairs = meetings.next()) {
        take_rows(records, pairs, rows);
        patterns.resize(pairs.size());
        comparers[worker].patterns(rows, patterns.data());
        for (auto pattern : patterns) ++found[worker][pattern];
      }
    });
    for (std::size_t worker = 1; worker < found.size(); ++worker)
      for (const auto& [pattern, count] : found[worker]) found[0][pattern] += count;
    counts.blocked =
        in_order(found[0], static_cast<double>(blocking.pieces().size()) /
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
    auto pieces = static_cast<uint32_t>((pairs + in_piece - 1) / in_piece);
    std::vector<PairSums> parts(pieces, PairSums(comparisons, frequencies));
    std::vector<Comparer> comparers(workers.count(), Comparer(comparisons));
    workers.each(pieces, [&](uint32_t piece, uint32_t worker) {
      auto first = piece * in_piece;
      auto end = std::min(pairs, first + in_piece);
      std::vector<RowPair> rows;
      rows.reserve(end - first);
      for (auto i = first; i < end; ++i) {
        auto [a, b] = random_pair(i, are_all);
        rows.push_back({records.row(a), records.row(b)});
      }
      std::vector<uint64_t> patterns(rows.size());
      comparers[worker].patterns(rows, patterns.data());
      for (std::size_t i = 0; i < rows.size(); ++i)
        parts[piece].add(patterns[i], rows[i].a, rows[i].b);
    });
    PairSums sums(comparisons, frequencies);
    for (const auto& part : parts) sums.add(part);  // in their order: sums of doubles depend on it
    counts.random = sums.patterns();
    counts.random_pairs = static_cast<double>(pairs);
    for (std::size_t f = 0; f < comparisons.all().size(); ++f) {
      counts.equal.push_back(frequencies.equal(f));
      counts.rarity.push_back(sums.rarity(f, std::log2(std::max(frequencies.equal(f), 1e-9))));
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

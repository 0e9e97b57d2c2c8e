#include "hub/resolve/pair_sums.hpp"

#include <map>

namespace homeroom::resolve {

PatternCounts in_order(const std::unordered_map<uint64_t, uint32_t>& patterns, double scale) {
  std::map<uint64_t, uint32_t> sorted(patterns.begin(), patterns.end());
  PatternCounts made;
  for (const auto& [pattern, count] : sorted)
    made.emplace_back(pattern, static_cast<double>(count) * scale);
  return made;
}

PairSums::PairSums(const Comparisons& comparisons, const Frequencies& frequencies)
    : comparisons_(comparisons), frequencies_(frequencies) {
  for (const auto& what : comparisons.all()) rarity_.emplace_back(what.levels());
}

void PairSums::add(uint64_t pattern, const uint32_t* a, const uint32_t* b) {
  ++patterns_[pattern];
  for (auto f : frequencies_.with_rarity()) {
    auto level = comparisons_.all()[f].level(pattern);
    if (auto log = frequencies_.rarer(f, level, a, b)) {
      rarity_[f][level].sum += *log;
      rarity_[f][level].count += 1;
    }
  }
}

void PairSums::add(const PairSums& more) {
  for (const auto& [pattern, count] : more.patterns_) patterns_[pattern] += count;
  for (std::size_t f = 0; f < rarity_.size(); ++f)
    for (std::size_t level = 0; level < rarity_[f].size(); ++level) {
      rarity_[f][level].sum += more.rarity_[f][level].sum;
      rarity_[f][level].count += more.rarity_[f][level].count;
    }
}

std::vector<double> PairSums::rarity(std::size_t comparison, double usual) const {
  constexpr double few = 5;
  std::vector<double> means;
  for (const auto& mean : rarity_[comparison]) {
    bool is_first = means.size() == 1;
    means.push_back(is_first || mean.count < few ? usual : mean.sum / mean.count);
  }
  return means;
}

}  // namespace homeroom::resolve

#include "hub/resolve/scorer.hpp"

#include <algorithm>
#include <cmath>

namespace homeroom::resolve {

namespace {

/// Odds against two kinds of others at once, as logarithms.
float joined(float stranger, float home) {
  auto lower = std::min(stranger, home);
  auto apart = std::max(stranger, home) - lower;
  return apart > 20 ? lower : lower - std::log2(1 + std::exp2(-apart));
}

}  // namespace

double weight_of(double probability) {
  return std::log2(probability / (1 - probability));
}

Scorer::Scorer(const Comparisons& comparisons, const Frequencies& frequencies, const Model& model)
    : comparisons_(comparisons), frequencies_(frequencies) {
  make_tables(model);
  make_chunks();
}

void Scorer::make_tables(const Model& model) {
  for (const auto& field : model.fields) {
    auto& table = tables_.emplace_back(field.same.size());
    for (std::size_t level = 1; level < table.size(); ++level) {
      table[level].stranger =
          static_cast<float>(std::log2(field.same[level] / field.stranger[level]));
      table[level].home = static_cast<float>(std::log2(field.same[level] / field.home[level]));
    }
    rarity_.emplace_back(field.rarity.begin(), field.rarity.end());
  }
  start_.stranger = static_cast<float>(std::log2(model.match));
  start_.home = static_cast<float>(std::log2(model.match / model.home));
}

void Scorer::make_chunks() {
  constexpr int chunk_bits = 11;
  const auto& all = comparisons_.all();
  for (std::size_t first = 0; first < all.size();) {
    auto end = first + 1;
    while (end < all.size() && all[end].shift + all[end].bits - all[first].shift <= chunk_bits)
      ++end;
    Chunk chunk;
    chunk.shift = all[first].shift;
    auto bits = all[end - 1].shift + all[end - 1].bits - chunk.shift;
    chunk.mask = (uint64_t{1} << bits) - 1;
    chunk.weights.resize(std::size_t{1} << bits);
    for (uint64_t value = 0; value < chunk.weights.size(); ++value)
      for (auto f = first; f < end; ++f) {
        auto level = all[f].level(value << chunk.shift);
        if (level >= tables_[f].size()) continue;
        chunk.weights[value].stranger += tables_[f][level].stranger;
        chunk.weights[value].home += tables_[f][level].home;
      }
    chunks_.push_back(std::move(chunk));
    first = end;
  }
}

Scorer::Two Scorer::base(uint64_t pattern) const {
  Two sum = start_;
  for (const auto& chunk : chunks_) {
    const auto& part = chunk.weights[(pattern >> chunk.shift) & chunk.mask];
    sum.stranger += part.stranger;
    sum.home += part.home;
  }
  return sum;
}

float Scorer::rarity(std::size_t comparison, uint32_t level, const uint32_t* a,
                     const uint32_t* b) const {
  auto log = frequencies_.rarer(comparison, level, a, b);
  return log ? std::clamp(rarity_[comparison][level] - *log, -most_rarity, most_rarity) : 0;
}

float Scorer::rarity(uint64_t pattern, const uint32_t* a, const uint32_t* b) const {
  float sum = 0;
  const auto& all = comparisons_.all();
  for (auto f : frequencies_.with_rarity()) sum += rarity(f, all[f].level(pattern), a, b);
  return std::clamp(sum, -most_together, most_together);
}

float Scorer::weight(uint64_t pattern, const uint32_t* a, const uint32_t* b) const {
  auto two = base(pattern);
  return joined(two.stranger + rarity(pattern, a, b), two.home);
}

Scorer::Both Scorer::both(uint64_t pattern, const uint32_t* a, const uint32_t* b) const {
  auto two = base(pattern);
  two.stranger += rarity(pattern, a, b);
  return {two.stranger, joined(two.stranger, two.home)};
}

void Scorer::weights_from(float least, std::span<const RowPair> pairs, const uint64_t* patterns,
                          float* into) const {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    auto two = base(patterns[i]);
    into[i] = std::min(two.stranger + most_together, two.home);
    if (into[i] < least) continue;
    into[i] = joined(two.stranger + rarity(patterns[i], pairs[i].a, pairs[i].b), two.home);
  }
}

PairWeight Scorer::explain(uint64_t pattern, const uint32_t* a, const uint32_t* b) const {
  PairWeight made{weight(pattern, a, b), start_.stranger, start_.home, {}};
  const auto& all = comparisons_.all();
  for (std::size_t f = 0; f < all.size(); ++f) {
    auto level = all[f].level(pattern);
    double rare = rarity(f, level, a, b);
    made.fields.push_back(
        {f, level, tables_[f][level].stranger + rare, tables_[f][level].home, rare});
  }
  return made;
}

}  // namespace homeroom::resolve

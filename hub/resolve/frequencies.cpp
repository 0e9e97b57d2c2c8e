#include "hub/resolve/frequencies.hpp"

#include <algorithm>
#include <cmath>

namespace homeroom::resolve {

namespace {

/// At how many levels, from the best, the rarity of the values counts.
uint32_t levels_with_rarity(Compared what) {
  switch (what) {
    case Compared::given_name:
      return static_cast<uint32_t>(Given::near);
    case Compared::middle_name:
      return 1;
    case Compared::family_name:
      return static_cast<uint32_t>(Family::near);
    case Compared::birth_date:
      return 2;
    case Compared::phone:
    case Compared::email:
    case Compared::identifier:
    case Compared::other:
      return 1;
    default:
      return 0;
  }
}

bool counts_equal(Compared what) {
  return what != Compared::address && what != Compared::place && what != Compared::name_order &&
         what != Compared::source;
}

}  // namespace

Frequencies::Frequencies(const Records& records, const Comparisons& comparisons)
    : comparisons_(comparisons) {
  for (const auto& what : comparisons.all()) {
    double equal = -1;
    logs_.emplace_back();
    if (counts_equal(what.what)) {
      auto logs = count(records, what.at[0], equal);
      if (levels_with_rarity(what.what) > 0) {
        with_rarity_.push_back(static_cast<uint32_t>(logs_.size() - 1));
        logs_.back() = std::move(logs);
      }
    }
    equal_.push_back(equal);
    if (what.what == Compared::family_name) count_words(records, what.at[0]);
  }
}

std::vector<float> Frequencies::count(const Records& records, uint32_t feature,
                                      double& equal) const {
  const auto& values = *records.features[feature].values;
  std::vector<uint32_t> counts(values.size());
  for (uint32_t record = 0; record < records.count; ++record)
    ++counts[records.row(record)[feature]];
  double known = static_cast<double>(records.count) - counts[0];
  std::vector<float> logs(counts.size());
  double pairs = 0;
  for (std::size_t id = 1; id < counts.size(); ++id) {
    pairs += static_cast<double>(counts[id]) * (counts[id] - 1.0);
    logs[id] = static_cast<float>(std::log2(std::max(counts[id], 1U) / std::max(known, 1.0)));
  }
  equal = known > 1 ? std::max(pairs, 0.0) / (known * (known - 1)) : 0;
  return logs;
}

void Frequencies::count_words(const Records& records, uint32_t feature) {
  const auto& names = comparisons_.names();
  std::vector<uint32_t> counts(records.features[feature].values->size());
  double known = 0;
  for (uint32_t record = 0; record < records.count; ++record) {
    auto name = records.row(record)[feature];
    known += name != 0;
    if (name)
      for (auto word : names.words(name)) ++counts[word];
  }
  word_logs_.resize(counts.size());
  for (std::size_t id = 0; id < counts.size(); ++id)
    word_logs_[id] = static_cast<float>(std::log2(std::max(counts[id], 1U) / std::max(known, 1.0)));
}

std::optional<float> Frequencies::rarer(std::size_t comparison, uint32_t level, const uint32_t* a,
                                        const uint32_t* b) const {
  const auto& what = comparisons_.all()[comparison];
  const auto& logs = logs_[comparison];
  if (level == 0 || logs.empty() || level > levels_with_rarity(what.what)) return std::nullopt;
  auto x = a[what.at[0]];
  auto y = b[what.at[0]];
  if (what.what == Compared::family_name && level == static_cast<uint32_t>(Family::part))
    if (auto word = comparisons_.names().shared_word(x, y)) return word_logs_[word];
  return std::min(logs[x], logs[y]);
}

}  // namespace homeroom::resolve

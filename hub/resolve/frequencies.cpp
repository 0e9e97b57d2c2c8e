#include "hub/resolve/frequencies.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

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

}  // namespace

bool Frequencies::counts_equal(Compared what) {
  return what != Compared::address && what != Compared::place && what != Compared::name_order &&
         what != Compared::source;
}

Frequencies::Frequencies(const Records& records, const Comparisons& comparisons)
    : records_(records), comparisons_(comparisons) {
  how_.resize(comparisons.all().size());
  for (const auto& what : comparisons.all()) {
    double equal = -1;
    logs_.emplace_back();
    if (counts_equal(what.what)) {
      auto logs = count(records, what.at[0], equal);
      if (levels_with_rarity(what.what) > 0) {
        count_rarity(logs_.size() - 1);
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

void Frequencies::count_rarity(std::size_t comparison) {
  const auto& what = comparisons_.all()[comparison];
  auto at = static_cast<uint32_t>(comparison);
  bool has_words = what.what == Compared::family_name;
  with_rarity_.push_back(at);
  how_[comparison] = {what.at[0], at, levels_with_rarity(what.what),
                      has_words ? static_cast<uint32_t>(Family::part) : 0};
}

float Frequencies::rarer(const How& how, uint32_t level, uint32_t a, uint32_t b) const {
  if (level == how.level_of_word)
    if (auto word = comparisons_.names().shared_word(a, b)) return word_logs_[word];
  const auto& logs = logs_[how.comparison];
  return std::min(logs[a], logs[b]);
}

namespace {

/// Values that were seen fewer times are rare: all of them count as if seen so often.
constexpr float seen_to_count = 3;
constexpr float seen_of_rare = 1.5;
constexpr uint32_t fewest = 100;  ///< records
constexpr char kept_form = 1;

/// Log2 of the share of a value seen once: the smallest there is.
float log_of_one(const std::vector<float>& logs) {
  float least = 0;
  for (std::size_t id = 1; id < logs.size(); ++id) least = std::min(least, logs[id]);
  return least;
}

void append(std::string& out, const auto& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

constexpr std::size_t entry_size = sizeof(uint64_t) + sizeof(float);  ///< hash, log

void pack(std::string& out, const Dictionary& values, const std::vector<float>& logs) {
  auto one = log_of_one(logs);
  auto often = one + std::log2(seen_to_count) - 0.01F;
  std::vector<std::pair<uint64_t, float>> entries;
  for (uint32_t id = 1; id < logs.size(); ++id)
    if (logs[id] >= often) entries.emplace_back(text_hash(values.text(id)), logs[id]);
  std::ranges::sort(entries);
  append(out, one + std::log2(seen_of_rare));
  append(out, static_cast<uint32_t>(entries.size()));
  for (const auto& [hash, log] : entries) {
    append(out, hash);
    append(out, log);
  }
}

}  // namespace

std::string Frequencies::pack() const {
  std::string out(1, kept_form);
  if (records_.count < fewest) return out;
  for (auto f : with_rarity_)
    resolve::pack(out, *records_.features[comparisons_.all()[f].at[0]].values, logs_[f]);
  if (auto family = comparisons_.find(Compared::family_name); family != Records::none)
    resolve::pack(out, *records_.features[comparisons_.all()[family].at[0]].values, word_logs_);
  return out;
}

Frequencies::Frequencies(const Records& records, const Comparisons& comparisons,
                         std::string_view packed)
    : records_(records), comparisons_(comparisons), packed_(packed) {
  const auto& all = comparisons.all();
  logs_.resize(all.size());
  how_.resize(all.size());
  equal_.assign(all.size(), -1);
  if (packed.size() <= 1) return;
  for (uint32_t f = 0; f < all.size(); ++f)
    if (counts_equal(all[f].what) && levels_with_rarity(all[f].what) > 0) count_rarity(f);
  for (std::size_t at = 1; at < packed_.size();) {
    auto rare = number_at<float>(packed_, at);
    auto entries = number_at<uint32_t>(packed_, at + sizeof rare);
    at += sizeof rare + sizeof entries;
    kept_.push_back({at, entries, rare});
    at += entries * entry_size;
  }
  extend();
}

void Frequencies::extend() {
  if (kept_.empty()) return;
  for (std::size_t i = 0; i < with_rarity_.size(); ++i) {
    auto f = with_rarity_[i];
    extend(kept_[i], *records_.features[comparisons_.all()[f].at[0]].values, logs_[f]);
  }
  if (auto family = comparisons_.find(Compared::family_name); family != Records::none)
    extend(kept_.back(), *records_.features[comparisons_.all()[family].at[0]].values, word_logs_);
}

float Frequencies::log_of(const Kept& kept, uint64_t hash) const {
  auto hash_at = [&](std::size_t entry) {
    return number_at<uint64_t>(packed_, kept.first + entry * entry_size);
  };
  std::size_t first = 0;
  for (std::size_t count = kept.entries; count > 0;) {
    auto half = count / 2;
    if (hash_at(first + half) < hash) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  if (first == kept.entries || hash_at(first) != hash) return kept.rare;
  return number_at<float>(packed_, kept.first + first * entry_size + sizeof hash);
}

void Frequencies::extend(const Kept& kept, const Dictionary& values,
                         std::vector<float>& logs) const {
  for (auto id = static_cast<uint32_t>(logs.size()); id < values.size(); ++id)
    logs.push_back(log_of(kept, text_hash(values.text(id))));
}

}  // namespace homeroom::resolve

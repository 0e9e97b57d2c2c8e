// KeyIndex: students by a 64-bit key, several keys a student. Built once, then only read; two
// arrays, no node is ever chased.
#pragma once

#include <bit>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace homeroom::resolve {

class KeyIndex {
 public:
  /// Key 0 means "not known" and is not kept.
  void add(uint64_t key, uint32_t student) {
    if (key) entries_.push_back({key, student});
  }

  /// Makes the index ready. Keys that more than `crowd` students share are dropped: a placeholder
  /// ("000-000-0000", a birth date of 1900) tells nobody apart and would make every look-up slow.
  void finish() {
    place();
    if (drop_crowds()) place();
  }

  /// The key was dropped as a placeholder.
  bool is_crowded(uint64_t key) const { return !crowded_.empty() && crowded_.contains(key); }

  template <class Visit>
  void each(uint64_t key, Visit visit) const {
    if (!key) return;
    auto at = bucket(key);
    for (auto i = starts_[at]; i < starts_[at + 1]; ++i)
      if (entries_[i].key == key) visit(entries_[i].student);
  }

 private:
  static constexpr std::size_t crowd = 200;

  struct Entry {
    uint64_t key;
    uint32_t student;
  };
  /// Puts the entries in buckets; entries of one bucket keep the order in which they were added.
  void place() {
    bits_ = std::bit_width(entries_.size() | 1);
    starts_.assign((std::size_t{1} << bits_) + 1, 0);
    for (const auto& entry : entries_) ++starts_[bucket(entry.key) + 1];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    std::vector<Entry> sorted(entries_.size());
    auto next = starts_;
    for (const auto& entry : entries_) sorted[next[bucket(entry.key)]++] = entry;
    entries_ = std::move(sorted);
  }

  bool drop_crowds() {
    std::unordered_map<uint64_t, std::size_t> students;
    for (std::size_t at = 0; at + 1 < starts_.size(); ++at) {
      if (starts_[at + 1] - starts_[at] <= crowd) continue;
      for (auto i = starts_[at]; i < starts_[at + 1]; ++i) ++students[entries_[i].key];
    }
    for (const auto& [key, count] : students)
      if (count > crowd) crowded_.insert(key);
    return std::erase_if(entries_, [&](const Entry& entry) { return is_crowded(entry.key); }) > 0;
  }

  std::size_t bucket(uint64_t key) const { return key >> (64 - bits_); }

  std::vector<Entry> entries_;
  std::vector<uint32_t> starts_{0, 0, 0};
  std::unordered_set<uint64_t> crowded_;
  int bits_ = 1;
};

}  // namespace homeroom::resolve

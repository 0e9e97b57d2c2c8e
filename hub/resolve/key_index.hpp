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
    if (key) added_.push_back({key, student});
  }

  /// Makes the index ready. Keys that more than `crowd` students share are dropped: a placeholder
  /// ("000-000-0000", a birth date of 1900) tells nobody apart and would make every look-up slow.
  void finish() {
    place();
    if (drop_crowds()) place();
    added_ = {};
  }

  /// The key was dropped as a placeholder.
  bool is_crowded(uint64_t key) const { return !crowded_.empty() && crowded_.contains(key); }

  /// Visits the students with this key and, once in some billions of look-ups, one with another:
  /// who visits compares.
  template <class Visit>
  void each(uint64_t key, Visit visit) const {
    if (!key) return;
    auto at = bucket(key);
    for (auto i = starts_[at]; i < starts_[at + 1]; ++i)
      if (entries_[i].low_bits == static_cast<uint32_t>(key)) visit(entries_[i].student);
  }

 private:
  static constexpr std::size_t crowd = 200;

  struct Added {
    uint64_t key;
    uint32_t student;
  };
  struct Entry {
    uint32_t low_bits;  ///< of the key; the high ones are the bucket
    uint32_t student;
  };
  /// Puts the entries in buckets; entries of one bucket keep the order in which they were added.
  void place() {
    bits_ = std::bit_width(added_.size() | 1);
    starts_.assign((std::size_t{1} << bits_) + 1, 0);
    for (const auto& entry : added_) ++starts_[bucket(entry.key) + 1];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    entries_.resize(added_.size());
    auto next = starts_;
    for (const auto& [key, student] : added_)
      entries_[next[bucket(key)]++] = {static_cast<uint32_t>(key), student};
  }

  bool drop_crowds() {
    std::unordered_map<uint64_t, std::size_t> students;
    for (const auto& [key, student] : added_) {
      auto at = bucket(key);
      if (starts_[at + 1] - starts_[at] > crowd) ++students[key];
    }
    for (const auto& [key, count] : students)
      if (count > crowd) crowded_.insert(key);
    return std::erase_if(added_, [&](const Added& entry) { return is_crowded(entry.key); }) > 0;
  }

  std::size_t bucket(uint64_t key) const { return key >> (64 - bits_); }

  std::vector<Added> added_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> starts_{0, 0, 0};
  std::unordered_set<uint64_t> crowded_;
  int bits_ = 1;
};

}  // namespace homeroom::resolve

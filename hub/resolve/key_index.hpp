// KeyIndex: students by a 64-bit key, several keys a student. Built once, then only read; two
// arrays, no node is ever chased.
#pragma once

#include <bit>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace homeroom::resolve {

class KeyIndex {
 public:
  /// Key 0 means "not known" and is not kept.
  void add(uint64_t key, uint32_t student) {
    if (key) added_.push_back({key, student});
  }

  struct Added {
    uint64_t key;
    uint32_t student;
  };

  /// Makes the index ready. Keys that more than `most` students share are dropped, and who has them
  /// is returned: a placeholder ("000-000-0000", a birth date of 1900) tells nobody apart and would
  /// make every look-up slow.
  std::vector<Added> finish(std::size_t most) {
    place();
    auto dropped = drop_crowds(most);
    if (!dropped.empty()) place();
    added_ = {};
    return dropped;
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

  std::vector<Added> drop_crowds(std::size_t most) {
    std::unordered_map<uint64_t, std::size_t> students;
    for (const auto& [key, student] : added_) {
      auto at = bucket(key);
      if (starts_[at + 1] - starts_[at] > most) ++students[key];
    }
    for (const auto& [key, count] : students)
      if (count > most) crowded_.insert(key);
    std::vector<Added> dropped;
    if (crowded_.empty()) return dropped;
    std::erase_if(added_, [&](const Added& entry) {
      if (!is_crowded(entry.key)) return false;
      dropped.push_back(entry);
      return true;
    });
    return dropped;
  }

  std::size_t bucket(uint64_t key) const { return key >> (64 - bits_); }

  std::vector<Added> added_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> starts_{0, 0, 0};
  std::unordered_set<uint64_t> crowded_;
  int bits_ = 1;
};

}  // namespace homeroom::resolve

// KeyIndex: students by a 64-bit key, several keys a student. Built once, then only read; two
// arrays, no node is ever chased.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace homeroom::resolve {

class KeyIndex {
 public:
  /// Key 0 means "not known" and is not kept.
  void add(uint64_t key, uint32_t student) {
    if (key) entries_.push_back({key, student});
  }

  /// Puts the entries in buckets; entries of one bucket keep the order in which they were added.
  void finish() {
    bits_ = std::bit_width(entries_.size() | 1);
    starts_.assign((std::size_t{1} << bits_) + 1, 0);
    for (const auto& entry : entries_) ++starts_[bucket(entry.key) + 1];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    std::vector<Entry> sorted(entries_.size());
    auto next = starts_;
    for (const auto& entry : entries_) sorted[next[bucket(entry.key)]++] = entry;
    entries_ = std::move(sorted);
  }

  template <class Visit>
  void each(uint64_t key, Visit visit) const {
    if (!key) return;
    auto at = bucket(key);
    for (auto i = starts_[at]; i < starts_[at + 1]; ++i)
      if (entries_[i].key == key) visit(entries_[i].student);
  }

 private:
  struct Entry {
    uint64_t key;
    uint32_t student;
  };
  std::size_t bucket(uint64_t key) const { return key >> (64 - bits_); }

  std::vector<Entry> entries_;
  std::vector<uint32_t> starts_{0, 0, 0};
  int bits_ = 1;
};

}  // namespace homeroom::resolve

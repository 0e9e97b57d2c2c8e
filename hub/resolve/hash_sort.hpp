// Records in the order of hashes, sorted fast.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace homeroom::resolve {

struct Hashed {
  uint64_t hash = 0;
  uint32_t record = 0;
};

inline bool is_before(const Hashed& a, const Hashed& b) {
  return a.hash != b.hash ? a.hash < b.hash : a.record < b.record;
}

/// By hash, then record: one pass into buckets by the highest bits, then each bucket by itself.
inline void sort_hashed(std::vector<Hashed>& entries) {
  constexpr int bits = 13;
  if (entries.size() < 4096) return std::sort(entries.begin(), entries.end(), is_before);
  std::vector<uint32_t> starts((1U << bits) + 1);
  for (const auto& entry : entries) ++starts[(entry.hash >> (64 - bits)) + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<Hashed> sorted(entries.size());
  auto next = starts;
  for (const auto& entry : entries) sorted[next[entry.hash >> (64 - bits)]++] = entry;
  for (std::size_t b = 0; b + 1 < starts.size(); ++b)
    std::sort(sorted.begin() + starts[b], sorted.begin() + starts[b + 1], is_before);
  entries = std::move(sorted);
}

}  // namespace homeroom::resolve

// KeyList: which records a stream says there are, by the hashes of their keys. Who tells only
// changes may never say that a record is gone; it is, when it is not on a list that is proven to be
// whole.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace homeroom::flow {

class KeyList {
 public:
  void add(uint64_t key) { keys_.push_back(key); }
  /// Before the first has().
  void finish() { std::ranges::sort(keys_); }
  bool has(uint64_t key) const { return std::ranges::binary_search(keys_, key); }
  bool is_empty() const { return keys_.empty(); }

 private:
  std::vector<uint64_t> keys_;
};

}  // namespace homeroom::flow

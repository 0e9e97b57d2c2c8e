// KeyHashes: what a blocking key of several parts gives a record.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "hub/resolve/key_parts.hpp"

namespace homeroom::resolve {

/// One hash for each combination of the items of a key's parts, at most four.
class KeyHashes {
 public:
  static constexpr uint32_t most = 4;

  KeyHashes(const Records& records, std::vector<const KeyPart*> parts)
      : records_(records), parts_(std::move(parts)) {}

  /// How many there are, smallest first; none where a part is null.
  uint32_t of(uint32_t record, uint64_t (&out)[most]) const {
    uint64_t now[most] = {0x5bd1e995};
    uint32_t count = 1;
    for (const auto* part : parts_) {
      auto items = part->of(records_, record);
      uint64_t next[most];
      uint32_t made = 0;
      for (uint32_t i = 0; i < count; ++i)
        for (auto item : items)
          if (made < most) next[made++] = mixed(now[i], item);
      if (made == 0) return 0;
      count = made;
      std::copy(next, next + made, now);
    }
    for (uint32_t i = 1; i < count; ++i)
      for (auto j = i; j > 0 && now[j] < now[j - 1]; --j) std::swap(now[j], now[j - 1]);
    std::copy(now, now + count, out);
    return count;
  }

 private:
  const Records& records_;
  std::vector<const KeyPart*> parts_;
};

}  // namespace homeroom::resolve

// Dictionary: each distinct text once, known by a small number; 0 is the empty text, "not known".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "hub/record/arena.hpp"

namespace homeroom::resolve {

/// A 64-bit hash that is the same on every machine and in every run.
inline uint64_t mixed(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93U;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93U;
  return x ^ (x >> 32);
}
inline uint64_t mixed(uint64_t a, uint64_t b) {
  return mixed(a * 0x9e3779b97f4a7c15U + b + 0x632be59bd9b4e019U);
}
uint64_t text_hash(std::string_view text);

class Dictionary {
 public:
  Dictionary();
  /// The number of this text, a new one if it is new. At most 2^32 - 1 texts.
  uint32_t id_of(std::string_view text);
  /// The number, or 0 if the text is not there.
  uint32_t find(std::string_view text) const;
  std::string_view text(uint32_t id) const { return texts_[id].view(); }
  const record::Text& stored(uint32_t id) const { return texts_[id]; }
  uint32_t size() const { return static_cast<uint32_t>(texts_.size()); }
  /// The same texts, numbered from 1 on in the order of these numbers of theirs.
  Dictionary in_order(const std::vector<uint32_t>& ids) const;

 private:
  struct Slot {
    uint32_t id = 0;
    uint32_t hash = 0;
  };
  void grow();

  record::Arena bytes_{64 << 10};
  std::vector<record::Text> texts_;
  std::vector<Slot> slots_;
  uint64_t mask_ = 0;
};

}  // namespace homeroom::resolve

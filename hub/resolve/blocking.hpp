// Blocking: which records are compared at all. Records that agree in a key stand in a block; a pair
// that meets in several blocks belongs to the first key on which both agree, so it is seen once
// without a list of pairs.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "hub/resolve/name_table.hpp"
#include "hub/resolve/records.hpp"
#include "hub/resolve/workers.hpp"

namespace homeroom::resolve {

/// A block that is too large and that no further key parts: only neighbours in it are compared.
struct CrowdedBlock {
  uint32_t key = 0;
  uint32_t records = 0;
};

class Blocking {
 public:
  /// Throws fix_settings, with the place, for an expression that cannot be.
  Blocking(const Records& records, const Identity& identity, const Workers& workers);

  /// Four slots, which are compared in one step.
  using Four = uint32_t __attribute__((vector_size(16)));

  struct Block {
    uint32_t first = 0;  ///< into members
    uint32_t size = 0;
    uint32_t hash = 0;  ///< what stands in the members' slots
    bool is_crowded = false;
  };
  struct Key {
    std::string name;
    std::vector<uint32_t> members;
    std::vector<Block> blocks;  ///< of two records or more
    uint32_t first_slot = 0;    ///< among those of its kind
    uint32_t slots = 1;         ///< several when a part is a list
    uint64_t known = 0;         ///< records that have the key
    std::vector<Four> earlier;  ///< all bits at the slots of earlier keys of one slot
  };
  /// Blocks of one key that are worked on together.
  struct Piece {
    uint32_t key = 0;
    uint32_t first = 0;
    uint32_t end = 0;
  };

  const std::vector<Key>& keys() const { return keys_; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  const std::vector<CrowdedBlock>& crowded() const { return crowded_; }

  /// Calls visit(i, j) with positions in the block for each pair that belongs to this block.
  template <class Visit>
  void each_pair(const Key& key, const Block& block, Visit visit) const {
    const auto* members = key.members.data() + block.first;
    for (uint32_t i = 0; i + 1 < block.size; ++i) {
      auto end = block.is_crowded ? std::min(block.size, i + 1 + neighbours) : block.size;
      for (uint32_t j = i + 1; j < end; ++j)
        if (belongs(key, block, members[i], members[j])) visit(i, j);
    }
  }
  /// Calls visit(a, b) with the records, the lower first, for each pair of the blocks of a piece.
  template <class Visit>
  void each_pair(const Piece& piece, Visit visit) const {
    const auto& key = keys_[piece.key];
    const auto& last = key.blocks[piece.end - 1];
    auto end = last.first + last.size;
    auto fetched = key.blocks[piece.first].first;
    for (auto b = piece.first; b < piece.end; ++b) {
      const auto& block = key.blocks[b];
      for (auto to = std::min(end, block.first + block.size + ahead); fetched < to; ++fetched)
        fetch(key.members[fetched]);
      const auto* members = key.members.data() + block.first;
      each_pair(key, block, [&](uint32_t i, uint32_t j) {
        auto [lower, upper] = std::minmax(members[i], members[j]);
        visit(lower, upper);
      });
    }
  }
  /// On how many keys two records agree.
  uint32_t keys_shared(uint32_t a, uint32_t b) const;

 private:
  static constexpr uint32_t neighbours = 10;
  static constexpr uint32_t ahead = 16;  ///< members whose records are on their way from memory

  const Four* singles(uint32_t record) const {
    return singles_.data() + std::size_t{record} * single_fours_;
  }
  const uint32_t* lists(uint32_t record) const {
    return lists_.data() + std::size_t{record} * list_slots_;
  }
  void fetch(uint32_t record) const {
    __builtin_prefetch(singles(record));
    const auto* row = records_.row(record);
    __builtin_prefetch(row);
    __builtin_prefetch(row + records_.width - 1);
  }
  static bool is_any(Four bits) {
    auto halves = std::bit_cast<std::array<uint64_t, 2>>(bits);
    return (halves[0] | halves[1]) != 0;
  }
  bool belongs(const Key& key, const Block& block, uint32_t a, uint32_t b) const {
    const auto* x = singles(a);
    const auto* y = singles(b);
    Four same{};
    for (std::size_t i = 0; i < key.earlier.size(); ++i)
      same |= static_cast<Four>(x[i] == y[i]) & static_cast<Four>(x[i] != Four{}) & key.earlier[i];
    if (is_any(same)) return false;
    return key.slots == 1 || belongs_to_several(key, block, lists(a), lists(b));
  }
  bool belongs_to_several(const Key& key, const Block& block, const uint32_t* x,
                          const uint32_t* y) const;
  bool share(const Key& key, uint32_t a, uint32_t b) const;
  static bool share(const Key& key, const uint32_t* x, const uint32_t* y);

  const Records& records_;
  std::vector<Key> keys_;  ///< those of one slot first
  std::vector<Piece> pieces_;
  std::vector<CrowdedBlock> crowded_;
  // By record, a short hash for each slot of each key; 0: none. Of keys of one slot and of lists.
  std::vector<Four> singles_;
  std::vector<uint32_t> lists_;
  uint32_t single_fours_ = 0;
  uint32_t list_slots_ = 0;
};

}  // namespace homeroom::resolve

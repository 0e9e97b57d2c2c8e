// Blocking: which records are compared at all. Records that agree in a key stand in a block; a pair
// that meets in several blocks belongs to the first key on which both agree, so it is seen once
// without a list of pairs.
#pragma once

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
    bool is_list = false;       ///< a part is a list: a record may stand in four blocks
    uint32_t at = 0;            ///< among the keys of its kind
    uint64_t known = 0;         ///< records that have the key
    std::vector<Four> earlier;  ///< all bits at the slots of earlier keys that are no lists
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

  /// On how many keys two records agree.
  uint32_t keys_shared(uint32_t a, uint32_t b) const;

 private:
  friend class Meetings;
  static constexpr uint32_t neighbours = 10;

  const Four* singles(uint32_t record) const {
    return singles_.data() + std::size_t{record} * single_fours_;
  }
  const Four* lists(uint32_t record) const {
    return lists_.data() + std::size_t{record} * list_keys_;
  }
  bool share(const Key& key, uint32_t a, uint32_t b) const;

  const Records& records_;
  std::vector<Key> keys_;  ///< those of one slot first
  std::vector<Piece> pieces_;
  std::vector<CrowdedBlock> crowded_;
  // By record, short hashes of its keys, 0: none. A slot for each key that is no list; four for
  // each that is one.
  std::vector<Four> singles_;
  std::vector<Four> lists_;
  uint32_t single_fours_ = 0;
  uint32_t list_keys_ = 0;
};

}  // namespace homeroom::resolve

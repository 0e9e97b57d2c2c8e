// BlockKeys: what the blocking keys of an identity file give each record, as tokens: 64 bits of a
// function that only the tenant's key tells, so that tokens may lie in a store.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/resolve/identity.hpp"
#include "hub/resolve/key_hashes.hpp"

namespace homeroom::resolve {

/// The function; for tests and for what leaves nothing behind it may be none.
using Keyed = std::function<uint64_t(uint64_t hash)>;

class BlockKeys {
 public:
  /// Works the keys out of all records. Throws fix_settings, with the place, for a key that cannot
  /// be.
  BlockKeys(const Records& records, const Identity& identity, Keyed keyed);
  /// Works them out of the records from this one on.
  void extend(uint32_t first);

  std::size_t count() const { return keys_.size(); }
  const std::string& name(std::size_t key) const { return keys_[key].name; }
  /// How often a block that is too large is parted.
  std::size_t splits() const { return split_.size(); }
  /// A block of more is parted.
  uint32_t most_in_block() const { return most_; }

  /// The hashes of a record under a key, smallest first; how many.
  uint32_t hashes(std::size_t key, uint32_t record, uint64_t (&out)[KeyHashes::most]) const {
    return keys_[key].hashes.of(record, out);
  }
  /// The hash of the part, at the next level, of a block that is parted.
  uint64_t parted(uint64_t hash, std::size_t level, uint32_t record) const {
    auto items = split_[level]->of(records_, record);
    return mixed(hash, items.empty() ? 0 : items[0]);
  }
  /// The token of a block; level 0: not parted.
  uint64_t token(std::size_t key, std::size_t level, uint64_t hash) const {
    auto named = mixed(hash, key << 8 | level);
    return keyed_ ? keyed_(named) : named;
  }

 private:
  struct Key {
    std::string name;
    KeyHashes hashes;
  };

  const KeyPart* part(const Expression& by);

  const Records& records_;
  Keyed keyed_;
  uint32_t most_;
  KeyParts maker_;
  std::map<std::string, std::unique_ptr<KeyPart>> parts_;  ///< by what they say
  std::vector<const KeyPart*> split_;
  std::vector<Key> keys_;
};

}  // namespace homeroom::resolve

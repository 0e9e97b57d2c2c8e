// StudentIndex: which students share a blocking key with a record. Students are records [0, n) of
// the children; the records asked for stand behind them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hub/resolve/identity.hpp"
#include "hub/resolve/key_hashes.hpp"
#include "hub/resolve/key_index.hpp"

namespace homeroom::resolve {

class StudentIndex {
 public:
  /// All records are students now. Throws fix_settings, with the place, for a key that cannot be.
  StudentIndex(const Records& records, const Identity& identity);
  /// Works the keys out of the records from this one on.
  void extend(uint32_t first);

  /// A key that so many students share that they are parted no further: nobody meets in it.
  struct Crowded {
    std::string key;
    uint64_t students = 0;
  };
  const std::vector<Crowded>& crowded() const { return crowded_; }

  std::size_t keys() const { return keys_.size(); }
  /// Visits students that share this key with a record, one and the same perhaps several times.
  template <class Visit>
  void each(std::size_t key, uint32_t record, Visit visit) const {
    uint64_t hashes[KeyHashes::most];
    auto count = keys_[key].hashes.of(record, hashes);
    for (uint32_t i = 0; i < count; ++i) look_up(keys_[key], hashes[i], record, visit);
  }

 private:
  struct Key {
    KeyHashes hashes;
    std::vector<KeyIndex> levels;  ///< the next one parts the crowds of the one before
  };

  template <class Visit>
  void look_up(const Key& key, uint64_t hash, uint32_t record, const Visit& visit) const {
    for (std::size_t level = 0; level < key.levels.size(); ++level) {
      if (!key.levels[level].is_crowded(hash)) return key.levels[level].each(hash, visit);
      if (level < split_.size()) hash = parted(hash, level, record);
    }
  }
  uint64_t parted(uint64_t hash, std::size_t level, uint32_t record) const {
    auto items = split_[level].of(records_, record);
    return mixed(hash, items.empty() ? 0 : items[0]);
  }
  void index(Key& key, const BlockKey& from, uint32_t most);

  const Records& records_;
  KeyParts maker_;
  std::vector<std::unique_ptr<KeyPart>> parts_;
  std::vector<KeyPart> split_;
  std::vector<Key> keys_;
  std::vector<Crowded> crowded_;
};

}  // namespace homeroom::resolve

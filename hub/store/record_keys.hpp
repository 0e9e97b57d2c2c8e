// RecordKeys: on which nodes of a source the records of a stream hang, by the hashes of their keys.
// Who tells only what changed names a record that moved to another child once, at its new place.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/postings.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::store {

class RecordKeys {
 public:
  RecordKeys(sql::Database& database, keys::KeyRing& keys);

  /// About how many there are; nothing if they are not kept, of these columns.
  std::optional<uint64_t> count(const KeyedStream& of);
  /// Ascending; of a stream that is not known none.
  void find(const KeyedStream& of, uint64_t key, std::vector<uint32_t>& nodes);
  /// By key, then node.
  void each(const KeyedStream& of, const std::function<void(const Posting&)>& visit);
  /// What a run changed, of a stream that is known.
  void add(const KeyedStream& of, std::vector<Posting> changes);
  /// In the place of all that was there, of whichever columns. `at` gives `count` by key, then
  /// node.
  void replace(const KeyedStream& of, std::size_t count,
               const std::function<Posting(std::size_t)>& at);
  /// Takes records out of the pages of a source, as Postings::forget().
  void forget(uint32_t source, const std::vector<uint32_t>& nodes);
  bool are_readable() { return postings_.are_readable(); }
  void erase_all();
  /// Drops what was not committed; after every rollback.
  void drop();
  void published() { postings_.published(); }

 private:
  struct Known {
    uint32_t number = 0;  ///< whose postings they are; 0: not known
    std::string columns;
  };
  Known& known(const KeyedStream& of);
  uint32_t number(const KeyedStream& of);

  sql::Database& database_;
  Postings postings_;
  std::map<std::pair<uint32_t, std::string>, Known> known_;  ///< by source and stream
};

}  // namespace homeroom::store

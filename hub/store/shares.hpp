// Shares: what each destination has and is owed, one entry for each (destination, person), and how
// many there are of each kind.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "hub/sql/sql.hpp"
#include "hub/store/entry_pages.hpp"
#include "hub/store/store.hpp"
#include "hub/store/streams.hpp"

namespace homeroom::store {

class Shares {
 public:
  /// How many there are is kept among the digests of `streams`.
  Shares(sql::Database& database, Streams& streams);

  void each(uint32_t destination, const std::function<void(const ShareRow&)>& visit);
  std::optional<ShareRow> find(uint32_t destination, uint32_t person);
  const ShareTally& tally(uint32_t destination) { return kept_tally(destination).tally; }
  void put(const ShareRow& share);
  void put_all_sent(uint32_t destination);
  /// Counts deliveries to a destination, from 1.
  uint64_t next_delivery(uint32_t destination);
  /// Writes what is still in memory; before every commit.
  void flush();
  /// Forgets what was not committed; after every rollback.
  void forget() {
    pages_.forget();
    tallies_.clear();
  }

 private:
  struct Tally {
    ShareTally tally;
    bool is_changed = false;
  };
  Tally& kept_tally(uint32_t destination);
  ShareTally walked(uint32_t destination);

  sql::Database& database_;
  Streams& streams_;
  EntryPages pages_;
  std::map<uint32_t, Tally> tallies_;  ///< by destination; of those that were asked for
  std::string entry_;
};

}  // namespace homeroom::store

// Shares: what each destination has and is owed, one entry for each (destination, person).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "hub/sql/sql.hpp"
#include "hub/store/entry_pages.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Shares {
 public:
  explicit Shares(sql::Database& database);

  void each(uint32_t destination, const std::function<void(const ShareRow&)>& visit);
  void put(const ShareRow& share);
  void put_all_sent(uint32_t destination);
  /// Counts deliveries to a destination, from 1.
  uint64_t next_delivery(uint32_t destination);
  /// Writes what is still in memory; before every commit.
  void flush() { pages_.flush(); }
  /// Forgets what was not committed; after every rollback.
  void forget() { pages_.forget(); }

 private:
  sql::Database& database_;
  EntryPages pages_;
  std::string entry_;
};

}  // namespace homeroom::store

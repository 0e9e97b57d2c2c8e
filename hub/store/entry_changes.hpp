// EntryChanges: the small table beside a table of pages. A night that changes few entries of a page
// puts them here, some tens of bytes each, and the page of some ten kilobytes stays as it is until
// more of it has changed (docs/decisions/0032).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "hub/sql/sql.hpp"

namespace homeroom::store {

class EntryChanges {
 public:
  /// `table` has the columns `key INTEGER PRIMARY KEY, entry BLOB NOT NULL`. What stands in it goes
  /// before what the page of the entry says.
  EntryChanges(sql::Database& database, const std::string& table);

  /// Asked once: most stores have none after their first load.
  bool are_none();
  /// Valid until the next call.
  std::optional<std::string_view> find(int64_t key);
  std::size_t count(int64_t first, int64_t last);
  std::optional<int64_t> last(int64_t first, int64_t last);
  void each(int64_t first, int64_t last,
            const std::function<void(int64_t key, std::string_view entry)>& visit);
  void put(int64_t key, std::string_view entry);
  void erase(int64_t first, int64_t last);
  /// After every rollback.
  void forget() { are_none_.reset(); }

  /// Goes through them beside the pages; `first` and `last` are keys.
  class Walk {
   public:
    Walk(EntryChanges& changes, int64_t first, int64_t last);

    /// The key it stands at; none: there are no more.
    std::optional<int64_t> key() const { return key_; }
    /// Valid until next().
    std::string_view entry() const { return rows_->bytes(1); }
    void next();

   private:
    std::optional<sql::Statement> rows_;
    std::optional<int64_t> key_;
  };

 private:
  sql::Database& database_;
  std::string read_between_;
  sql::Statement read_, between_, count_, last_, put_, erase_;
  std::optional<bool> are_none_;
  std::string entry_;
};

}  // namespace homeroom::store

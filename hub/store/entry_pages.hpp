// EntryPages: a table of small entries, neighbours by number to a page. A first load makes millions
// of entries of some tens or hundreds of bytes; a row of its own for each costs as much as what it
// holds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/sql/sql.hpp"
#include "hub/store/entry_page.hpp"

namespace homeroom::store {

/// Entries are named by two numbers: what they belong to (a source, a destination) and their own.
class EntryPages {
 public:
  /// `table` has the columns `key INTEGER PRIMARY KEY, entries BLOB NOT NULL`; a page holds up to
  /// 2^page_bits entries (at most 8 bits).
  EntryPages(sql::Database& database, const std::string& table, unsigned page_bits);

  /// Ascending by id. What a visit points to lives until it returns.
  void each(uint32_t owner, const std::function<void(uint32_t id, std::string_view entry)>& visit);
  /// As each(); `change` may write to the entry, whose size stays, and says whether it did.
  void change_each(uint32_t owner, const std::function<bool(uint32_t id, char* entry)>& change);
  /// All of an owner have lower numbers.
  uint32_t end(uint32_t owner);
  /// Valid until the next call.
  std::optional<std::string_view> find(uint32_t owner, uint32_t id);
  /// The same of an entry that is put or erased next.
  std::optional<std::string_view> find_to_change(uint32_t owner, uint32_t id) {
    return open(owner, id).entries.find(id & low_mask_);
  }
  void put(uint32_t owner, uint32_t id, std::string_view entry);
  void erase(uint32_t owner, uint32_t id);
  /// Writes what was changed; before every commit.
  void flush();
  /// Forgets it; after every rollback.
  void forget() {
    open_.clear();
    last_ = nullptr;
    behind_.reset();
    glanced_.reset();
  }

 private:
  struct Page {
    EntryPage entries;
    bool is_changed = false;
  };
  Page& open(uint32_t owner, uint32_t id);
  Page* opened(int64_t key);
  std::optional<std::string_view> glance(int64_t key, uint32_t low);
  bool may_be_stored(int64_t key);

  sql::Database& database_;
  unsigned page_bits_;
  uint32_t low_mask_;
  std::string read_all_;
  std::string read_last_;
  sql::Statement read_, write_, erase_, last_key_stored_;
  std::map<int64_t, Page> open_;
  std::optional<int64_t> behind_;   ///< no stored page has this key or a greater one
  std::vector<std::string> spare_;  ///< bytes of pages that are not open any more, for their memory
  Page* last_ = nullptr;            ///< asked for last, and its key
  int64_t last_key_ = 0;
  std::optional<int64_t>
      glanced_;        ///< key of the page that was looked into last without opening it
  std::string entry_;  ///< what was seen there
};

}  // namespace homeroom::store

// EntryPages: a table of small entries, neighbours by number to a page. A first load makes millions
// of entries of some tens or hundreds of bytes; a row of its own for each costs as much as what it
// holds. A night that changes few of them need not write whole pages: changes may lie in a small
// table beside (EntryChanges).
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/sql/sql.hpp"
#include "hub/store/entry_changes.hpp"
#include "hub/store/entry_page.hpp"

namespace homeroom::store {

/// Entries are named by two numbers: what they belong to (a source, a destination) and their own.
class EntryPages {
 public:
  /// `table` has the columns `key INTEGER PRIMARY KEY, entries BLOB NOT NULL`; a page holds up to
  /// 2^page_bits entries (at most 8 bits). `changes` names the table beside it, if there is one.
  EntryPages(sql::Database& database, const std::string& table, unsigned page_bits,
             const std::string& changes = {});

  /// Ascending by id. What a visit points to lives until it returns.
  void each(uint32_t owner, const std::function<void(uint32_t id, std::string_view entry)>& visit);
  /// As each(); `change` may write to the entry, whose size stays, and says whether it did.
  void change_each(uint32_t owner, const std::function<bool(uint32_t id, char* entry)>& change);
  /// All of an owner have lower numbers.
  uint32_t end(uint32_t owner);
  /// Valid until the next call.
  std::optional<std::string_view> find(uint32_t owner, uint32_t id);
  void put(uint32_t owner, uint32_t id, std::string_view entry);
  void erase(uint32_t owner, uint32_t id);
  /// Writes what was changed; before every commit.
  void flush();
  /// Forgets it; after every rollback.
  void forget();

 private:
  /// One that is in memory whole, what lies beside it put in its place.
  struct Page {
    EntryPage entries;
    bool is_stored = false;
    bool has_lost = false;     ///< an entry, which only the page itself can say
    std::size_t beside = 0;    ///< stored changes of it
    std::bitset<256> changed;  ///< entries, since it was opened or written
  };
  /// A single entry of a page that is stored and not open.
  struct Known {
    std::optional<std::string> entry;  ///< none: there is no such entry
    bool is_changed = false;
  };

  Page& open(uint32_t owner, uint32_t id);
  Page load(int64_t key);
  Page* opened(int64_t key);
  std::optional<std::string_view> glance(uint32_t owner, uint32_t id);
  std::optional<std::string_view> find_in_page(int64_t key, uint32_t low);
  bool may_stay_beside(int64_t key);
  void know(int64_t entry_key, std::optional<std::string_view> entry, bool is_changed);
  void write(int64_t key, Page& page);
  void write_beside(int64_t key, Page& page);
  void write_known();
  bool may_be_stored(int64_t key);

  int64_t page_of(int64_t entry_key) const;
  int64_t first_entry(int64_t key) const;
  int64_t last_entry(int64_t key) const { return first_entry(key) | low_mask_; }

  sql::Database& database_;
  unsigned page_bits_;
  uint32_t low_mask_;
  std::string read_all_;
  std::string read_last_;
  sql::Statement read_, write_, erase_, last_key_stored_;
  std::optional<EntryChanges> changes_;
  std::map<int64_t, Page> open_;    ///< by the key of the page
  std::map<int64_t, Known> known_;  ///< by the key of the entry
  std::optional<int64_t> behind_;   ///< no stored page has this key or a greater one
  std::vector<std::string> spare_;  ///< bytes of pages that are not open any more, for their memory
  Page* last_ = nullptr;            ///< asked for last, and its key
  int64_t last_key_ = 0;
  /// Key of the page that was looked into last without opening it.
  std::optional<int64_t> glanced_;
  int64_t put_into_ = 0;          ///< key of the page whose entry was put last without opening it,
  std::size_t puts_in_turn_ = 0;  ///< and how many of it
  std::string entry_;             ///< what was seen at a glance
};

}  // namespace homeroom::store

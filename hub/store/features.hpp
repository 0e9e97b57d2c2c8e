// Features: what matching knows of each record, in small. Sixty-four neighbours by node are sealed
// as one page: a look-up opens some kilobytes, and nothing is read of records that nobody asks for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/entry_page.hpp"

namespace homeroom::store {

class Features {
 public:
  Features(sql::Database& database, keys::KeyRing& keys);

  /// Empty when nothing is kept. Valid until the next call.
  std::string_view find(uint32_t source, uint32_t node);
  /// By node.
  void each(uint32_t source, const std::function<void(uint32_t node, std::string_view)>& visit);
  /// Ascending nodes are fastest.
  void put(uint32_t source, uint32_t node, std::string_view features);
  void erase(uint32_t source, uint32_t node);
  /// As erase(), and nothing that was sealed before opens any more: the page gets another key.
  void forget(uint32_t source, uint32_t node);
  /// Whether every page can be opened.
  bool are_readable();
  void erase_all();
  /// Writes what is still in memory; before every commit.
  void flush();
  /// Drops what was not committed; after every rollback.
  void drop() {
    open_.clear();
    new_.clear();
  }

 private:
  struct Page {
    EntryPage entries;
    bool is_changed = false;
    bool wants_other_key = false;
  };
  Page& open(int64_t key);
  void let_new_go();
  void write(int64_t key, Page& page);

  sql::Database& database_;
  keys::KeyRing& keys_;
  sql::Statement read_, write_, erase_;
  std::map<int64_t, Page> open_;
  std::vector<int64_t> new_;  ///< of those: pages that were not in the store
  std::string sealed_;
};

}  // namespace homeroom::store

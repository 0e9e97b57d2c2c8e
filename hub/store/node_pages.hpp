// NodePages: what is known of each node beside its frame, 256 neighbours to a page. A first load makes
// millions of nodes of some tens of bytes; a row of its own for each costs more than what it holds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hub/sqlite/sqlite.hpp"

namespace homeroom::store {

/// One node as it stands in a page; points into the page.
struct NodeEntry {
  uint64_t token = 0;
  bool has_frame = false;
  std::string_view digests, neighbors, uses;
};

class NodePages {
 public:
  explicit NodePages(sqlite::Database& database);

  /// Ascending by id. What a visit points to lives until it returns.
  void each(uint32_t source, const std::function<void(uint32_t id, const NodeEntry&)>& visit);
  /// Valid until the next call.
  std::optional<NodeEntry> find(uint32_t source, uint32_t id);
  void put(uint32_t source, uint32_t id, const NodeEntry& entry);
  void erase(uint32_t source, uint32_t id);
  /// Writes what put() and erase() changed; before every commit.
  void flush();
  /// Forgets it; after every rollback.
  void forget() { open_.clear(); }

 private:
  struct Page {
    std::string bytes;
    int last = -1;  ///< no entry is behind this one; nodes mostly come in order
    bool is_changed = false;
  };
  /// Where an entry stands in a page, or would.
  struct Slot {
    std::size_t at = 0;
    std::size_t size = 0;  ///< 0: it is not there
  };
  Page& open(uint32_t source, uint32_t id);
  static Slot slot_of(const Page& page, uint32_t id);

  sqlite::Database& database_;
  sqlite::Statement read_, write_, erase_;
  std::map<int64_t, Page> open_;
  std::string entry_;
};

}  // namespace homeroom::store

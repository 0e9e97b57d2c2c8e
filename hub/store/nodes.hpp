// Nodes: the subjects and join values of each source, and their frames.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/entry_pages.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Nodes {
 public:
  Nodes(sql::Database& database, keys::KeyRing& keys);

  void each(uint32_t source, const std::function<void(const NodeIndex&)>& visit);
  std::optional<NodeIndex> index(uint32_t source, uint32_t id);
  uint32_t end(uint32_t source) { return pages_.end(source); }
  Node find(uint32_t source, uint32_t id);
  std::optional<Node> beside_frame(uint32_t source, uint32_t id);
  /// Empty if there is none.
  std::string frame(uint32_t source, uint32_t id);
  std::string neighbors(uint32_t source, uint32_t id);
  void each_use(uint32_t source, const std::function<void(uint32_t, std::string_view)>& visit);
  void put(uint32_t source, const Node& node);
  void erase(uint32_t source, uint32_t id);
  /// Writes what is still in memory; before every commit.
  void flush();
  /// Forgets what was not committed; after every rollback.
  void forget();

 private:
  keys::KeyRing& keys_;
  EntryPages pages_;
  EntryPages frames_;  ///< each sealed for itself
  std::string entry_;
  std::string sealed_;
};

}  // namespace homeroom::store

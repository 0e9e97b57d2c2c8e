// KeyIndex: on which node the record of a key hangs, for streams whose key does not name the
// subject, or that list their keys. Only a delta needs it: it shows a record that moved to another
// child once, at its new place, and may not show at all one that is gone. It is made on the first
// night of deltas, kept as long as deltas follow, and forgotten by a full read.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hub/flow/frame.hpp"
#include "hub/flow/key_list.hpp"
#include "hub/flow/names.hpp"

namespace homeroom::flow {

class KeyIndex {
 public:
  static KeyIndex load(store::Store& store, uint32_t source, const std::string& stream);
  static void forget(store::Store& store, uint32_t source, const std::string& stream);

  /// Nothing is kept: it has to be made from the published rows.
  bool is_empty() const { return entries_.empty(); }
  /// The node, or NodeTable::none.
  uint32_t find(uint64_t key) const;
  /// Drops the records that are on no list; returns their keys and nodes.
  std::vector<std::pair<uint64_t, uint32_t>> take_unlisted(const KeyList& listed);
  /// Takes rows in: new places replace old ones, gone records leave.
  void update(const std::vector<RowRef>& rows, uint16_t stream);
  void save(store::Store& store, uint32_t source, const std::string& stream) const;

 private:
  std::vector<std::pair<uint64_t, uint32_t>> entries_;  ///< sorted by key
};

}  // namespace homeroom::flow

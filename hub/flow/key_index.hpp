// KeyIndex: on which nodes the records of a stream hang, for streams whose key does not name the
// subject, or that list their keys. Only a delta asks: it shows a record that moved to another
// child once, at its new place, and may not show at all one that is gone. It lies in the store in
// pages; a first load makes it, and every night takes in what it changed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hub/extract/extract.hpp"
#include "hub/flow/frame.hpp"
#include "hub/flow/key_list.hpp"
#include "hub/flow/names.hpp"
#include "hub/flow/posting_pile.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

class KeyIndex {
 public:
  /// Of tokens of nodes (keys::KeyRing::token) instead of keys: which node a token is.
  static KeyIndex of_tokens(store::Store& store, uint32_t source);
  /// Of the stream that `plan` reads, whose rows have the index `stream`.
  KeyIndex(store::Store& store, uint32_t source, const std::string& name, uint16_t stream,
           const extract::StreamPlan& plan);

  /// Whether it lies in the store; else it is made of what is hung on it until save().
  bool is_known() const { return is_known_; }
  /// Ascending; valid until the next call. A node may have been erased since.
  std::span<const uint32_t> nodes(uint64_t key);
  /// Keys that are on no list, and their nodes.
  std::vector<std::pair<uint64_t, uint32_t>> unlisted(const KeyList& listed);

  void hang(uint64_t key, uint32_t node) { changes_.push_back({key, node, false}); }
  void take_off(uint64_t key, uint32_t node) { changes_.push_back({key, node, true}); }
  /// The rows of a node as they were published and as they are now.
  void change(uint32_t node, std::span<const RowRef> before, std::span<const RowRef> now);
  /// Stages what was hung and taken off.
  void save();

 private:
  KeyIndex(store::Store& store, store::KeyedStream of, uint16_t stream);
  void read_all();
  void make();

  store::Store& store_;
  store::KeyedStream of_;
  uint16_t stream_;
  bool is_known_;
  uint64_t count_;
  uint64_t asked_ = 0;
  PostingPile changes_;
  std::vector<SmallPosting>
      all_;  ///< by key; where much is asked they are read once, not page by page
  std::vector<uint32_t> found_;
};

}  // namespace homeroom::flow

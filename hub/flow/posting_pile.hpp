// PostingPile: postings on their way into the store, small and never moved as a whole: a first load
// has millions of them while all rows are in memory.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "hub/flow/place_sort.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

/// A store::Posting in twelve bytes.
class SmallPosting {
 public:
  SmallPosting() = default;
  SmallPosting(const store::Posting& posting)
      : high_(static_cast<uint32_t>(posting.token >> 32)),
        low_(static_cast<uint32_t>(posting.token)),
        node_(posting.node),
        is_gone_(posting.is_gone) {}

  uint64_t token() const { return uint64_t{high_} << 32 | low_; }
  uint32_t node() const { return node_; }
  store::Posting posting() const { return {token(), node_, is_gone_ != 0}; }
  /// By token, then node.
  bool operator<(const SmallPosting& other) const {
    return token() != other.token() ? token() < other.token() : node_ < other.node_;
  }

 private:
  uint32_t high_ = 0, low_ = 0;
  uint32_t node_ : 31 = 0;
  uint32_t is_gone_ : 1 = 0;
};

class PostingPile {
 public:
  void push_back(const store::Posting& posting) { postings_.push_back(posting); }
  /// Takes all of them.
  std::vector<store::Posting> take();
  /// The same, sorted.
  std::vector<SmallPosting> take_sorted();

 private:
  Pieces<SmallPosting> postings_;
};

}  // namespace homeroom::flow

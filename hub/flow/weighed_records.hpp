// WeighedRecords: what is kept of the records of one source so that the next night need not weigh
// them: features, and the blocking tokens that were looked up. While no student with one of these
// tokens comes, goes or changes, the answer stands.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "hub/flow/posting_pile.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

/// Features of a record with its tokens before them, as they lie in the store.
std::string pack_weighed(std::string_view features, std::span<const uint64_t> tokens);
/// Of such bytes, the features. Empty of none.
std::string_view features_of(std::string_view packed);

class WeighedRecords {
 public:
  enum class Keeps : uint8_t {
    changes,
    all,      ///< every record is weighed tonight; what was kept of them is replaced
    nothing,  ///< only to see what would become of them
  };
  WeighedRecords(store::Store& store, uint32_t source, Keeps keeps)
      : store_(store), source_(source), keeps_(keeps) {}

  /// The records that looked one of these up.
  std::unordered_set<uint32_t> asking(const std::vector<uint64_t>& tokens) const;
  /// How many came, went or have other features now.
  uint64_t changed() const { return changed_; }

  // ---- staging ---------------------------------------------------------------------------------
  void keep(uint32_t node, std::string_view features, std::span<const uint64_t> tokens);
  void drop(uint32_t node);
  void finish();

 private:
  void change(uint32_t node, std::span<const uint64_t> before, std::span<const uint64_t> now);

  store::Store& store_;
  uint32_t source_;
  Keeps keeps_;
  uint64_t changed_ = 0;
  PostingPile postings_;
};

}  // namespace homeroom::flow

// Refusals: what one destination has refused, as a run finds it and leaves it. A refusal ends by
// itself when a later share of the student is taken, or when there is none to send any more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/flow/shares.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

class Refusals {
 public:
  Refusals(store::Store& store, const std::string& destination, uint64_t run);

  uint64_t run() const { return run_; }
  /// Notes why a share was refused; between begin_receipts() and commit_receipts().
  void note(const store::ShareRow& share, const std::string& why);
  /// Brings what is kept in line with the shares as they stand after sending, in one transaction.
  void settle(const Shares& shares);

  /// Refused shares that a person knows and leaves as they are.
  uint64_t dropped(const Shares& shares) const;
  /// Shares taken whose like was refused before; known after settle().
  uint64_t cleared() const { return cleared_; }
  /// "refused 1 student: HTTP 422 at /grade; homeroom quarantine show 412-2", empty when nothing
  /// stands that a person does not know.
  std::string told(const Shares& shares) const;

 private:
  const store::Refusal* of(uint32_t person) const;

  store::Store& store_;
  std::string destination_;
  uint32_t number_;
  uint64_t run_;
  std::vector<store::Refusal> all_;  ///< of this destination
  uint64_t cleared_ = 0;
};

}  // namespace homeroom::flow

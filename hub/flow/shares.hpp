// Shares: what one destination has and is owed, by person, as a run finds and changes it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <unordered_set>
#include <vector>

#include "hub/flow/looked_up.hpp"
#include "hub/flow/names.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

class Shares {
 public:
  /// Of so many persons.
  Shares(store::Store& store, uint32_t destination, uint32_t persons);

  uint32_t persons() const { return rows_.size(); }
  store::ShareRow& operator[](uint32_t person) { return rows_[person]; }
  const store::ShareRow& operator[](uint32_t person) const { return rows_[person]; }
  void expect(std::size_t many) const { rows_.expect(many); }

  /// What this run decided of a person; staged with the others, if it is not as it was.
  void put(const store::ShareRow& row);
  void stage();
  /// How many there are of each kind: as published, after stage() as staged.
  const store::ShareTally& tally() const { return tally_; }

  /// Whose shares are in one of these states, ascending. After stage(), before any receipt.
  std::vector<uint32_t> in(std::initializer_list<store::ShareState> states) const;
  /// All that have one.
  std::vector<uint32_t> all() const;

 private:
  store::Store& store_;
  uint32_t destination_;
  LookedUp<store::ShareRow> rows_;
  std::unordered_set<uint32_t> changed_;
  store::ShareTally tally_;
};

}  // namespace homeroom::flow

// Decisions: what people said about records and students, as a run keeps to it: the decisions that
// stand, by source and record.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "hub/flow/joins.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

class SourceRun;

/// Of each record and student the newest that is not undone; oldest first.
std::vector<store::Decision> standing(std::vector<store::Decision> all);

/// What people said of one record.
struct Decided {
  std::optional<uint32_t> same;     ///< the person whose it is
  std::vector<uint32_t> different;  ///< persons whose it is not
};

class Decisions {
 public:
  /// Reads them all: people make few. `roster` is the number of that source.
  Decisions(store::Store& store, uint32_t roster);

  const Joins& joins() const { return joins_; }

  /// What was decided of the records that a source has now, by node; `run` is null when the source
  /// was not heard. Nothing stands here for a pair that was put off.
  std::map<uint32_t, Decided> of(uint32_t source, const SourceRun* run) const;

 private:
  store::Store& store_;
  Joins joins_;
  std::map<uint32_t, std::map<uint64_t, Decided>> by_source_;  ///< and token of the record
};

}  // namespace homeroom::flow

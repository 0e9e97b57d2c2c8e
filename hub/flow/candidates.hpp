// Candidates: records of one source on their way to the roster, some ten thousands at a time; and
// what becomes of each: linked, kept for a person to look at, kept because a person decided, or
// forgotten.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hub/flow/decisions.hpp"
#include "hub/flow/pulse.hpp"
#include "hub/flow/weighed_records.hpp"
#include "hub/record/report.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

class Candidates {
 public:
  /// Who the students of the roster are, and which of them are students now.
  struct Roster {
    resolve::Roster& roster;
    const std::vector<uint32_t>& person_of;  ///< by student of the roster; or nobody
    std::function<bool(uint32_t person)> is_live;
    bool is_one_each = false;  ///< the source holds every child once
    /// The probability that a record is a student's, where only those near one were kept.
    std::optional<double> match = {};
  };
  /// `decided`, by node, are of the records of this source. Without a model one is learned from the
  /// records. What is kept goes into `links` and `weighed`.
  Candidates(const Roster& roster, const std::map<uint32_t, Decided>& decided,
             std::optional<resolve::Model> model, WeighedRecords& weighed,
             std::vector<store::SubjectLink>& links, Pulse& pulse, record::PersonCounts& counts);

  /// The record that was added to the roster last is of this node; `was`: whose it was the night
  /// before, or null.
  void add(uint32_t node, const store::SubjectLink* was);
  /// Settles those that were added since.
  void match();
  /// The model, if there was none and one was learned.
  std::optional<resolve::Model> learned() const { return has_learned_ ? model_ : std::nullopt; }

 private:
  void set_apart(uint32_t node);
  store::SubjectLink settle(uint32_t node, const resolve::Link& found, uint32_t former) const;

  Roster roster_;
  std::optional<resolve::Model> model_;
  bool has_learned_ = false;
  const std::map<uint32_t, Decided>& decided_;
  std::unordered_multimap<uint32_t, uint32_t> students_;  ///< by person; of those kept apart
  WeighedRecords& weighed_;
  std::vector<store::SubjectLink>& links_;
  Pulse& pulse_;
  record::PersonCounts& counts_;
  std::vector<uint32_t> nodes_;
  std::vector<uint8_t> are_known_;  ///< by place in nodes_: had a link the night before
  std::vector<uint32_t> formers_;   ///< by place in nodes_: the person whose it was; or nobody
  std::vector<std::pair<uint32_t, uint32_t>> apart_;  ///< place in nodes_, student of the matcher
};

/// Of several records that are one student's in a source that holds every child once, the surest
/// stays; the others, and equally sure ones, wait for a person. What a person decided stays.
void keep_one_each(std::vector<store::SubjectLink>& links);

}  // namespace homeroom::flow

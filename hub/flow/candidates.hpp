// Candidates: records of one source on their way to the roster, some ten thousands at a time; and
// what becomes of each: linked, kept
// for a person to look at, kept because a person decided, or forgotten.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hub/flow/decisions.hpp"
#include "hub/flow/pulse.hpp"
#include "hub/record/report.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

class Candidates {
 public:
  /// Who the students of the roster are, and which of them are students now.
  struct Roster {
    resolve::Roster& roster;
    const std::vector<uint32_t>& person_of;  ///< by student of the roster
    const std::vector<store::Person>& persons;
    bool is_one_each = false;  ///< the source holds every child once
  };
  /// `decided`, by node, are of the records of this source. Without a model one is learned from the
  /// records. What is kept goes into `links`.
  Candidates(const Roster& roster, std::map<uint32_t, Decided> decided,
             std::optional<resolve::Model> model, std::vector<store::SubjectLink>& links,
             Pulse& pulse, record::PersonCounts& counts);

  /// The record that was added to the roster last is of this node; `was`: whose it was the night
  /// before, or null.
  void add(uint32_t node, const store::SubjectLink* was);
  /// The last of them.
  void finish();
  /// There was no model; this one was learned.
  bool has_learned() const { return has_learned_; }
  const resolve::Model& model() const { return *model_; }

 private:
  void match();
  void set_apart(uint32_t node);
  store::SubjectLink settle(uint32_t node, const resolve::Link& found, uint32_t former) const;

  Roster roster_;
  std::optional<resolve::Model> model_;
  bool has_learned_ = false;
  std::map<uint32_t, Decided> decided_;
  std::unordered_multimap<uint32_t, uint32_t> students_;  ///< by person; of those kept apart
  std::vector<store::SubjectLink>& links_;
  Pulse& pulse_;
  record::PersonCounts& counts_;
  std::vector<uint32_t> nodes_;
  std::vector<uint32_t> formers_;  ///< by place in nodes_: the person whose it was; or nobody
  std::vector<std::pair<uint32_t, uint32_t>> apart_;  ///< place in nodes_, student of the matcher
};

}  // namespace homeroom::flow

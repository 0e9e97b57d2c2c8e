// Candidates: records of one source on their way to the matcher, some thousands at a time, since
// features take ten times the room in which they are kept; and what becomes of each: linked, kept
// for a person to look at, kept because a person decided, or forgotten.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <unordered_set>
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
  /// Who the students of the matcher are, which of them are students now, and who is several of
  /// them because they were joined.
  struct Roster {
    const resolve::Matcher& matcher;
    const std::vector<uint32_t>& person_of;  ///< by student of the matcher
    const std::vector<store::Person>& persons;
    std::unordered_set<uint32_t> joined;
  };
  /// `decided`, by node, are of the records of this source. What is kept goes into `links`.
  Candidates(const Roster& roster, std::map<uint32_t, Decided> decided,
             std::vector<store::SubjectLink>& links, Pulse& pulse, record::PersonCounts& counts);

  void add(uint32_t node, resolve::Features features);
  /// The last of them.
  void finish() { match(); }

 private:
  void match();
  void set_apart(uint32_t node);
  resolve::Link without_doubles(std::size_t index, resolve::Link found) const;
  store::SubjectLink settle(uint32_t node, const resolve::Link& found) const;

  Roster roster_;
  std::map<uint32_t, Decided> decided_;
  std::unordered_multimap<uint32_t, uint32_t> students_;  ///< by person; of those apart or joined
  std::vector<store::SubjectLink>& links_;
  Pulse& pulse_;
  record::PersonCounts& counts_;
  std::vector<uint32_t> nodes_;
  std::vector<resolve::Features> features_;
  std::vector<std::pair<uint32_t, uint32_t>> apart_;  ///< place in nodes_, student of the matcher
};

}  // namespace homeroom::flow

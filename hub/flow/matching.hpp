// Matching: the records of one source against the students. Only those are weighed whose answer may
// be another than the night before: new and changed ones, those that asked for a blocking token
// that a new, changed or gone student has, and those that people decided about. All others keep
// their link; it is the one that weighing them would give.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_set>
#include <vector>

#include "hub/flow/candidates.hpp"
#include "hub/flow/source_run.hpp"

namespace homeroom::flow {

class Matching {
 public:
  struct Parts {
    Candidates::Roster roster;
    const std::map<uint32_t, Decided>& decided;       ///< by node
    const std::vector<store::SubjectLink>& before;    ///< by node
    SourceRun* run = nullptr;                         ///< of the source; null: it was not heard
    const std::vector<SourceRun::Subject>& subjects;  ///< read tonight, by node
    store::Store& store;
    uint32_t source = 0;
    bool are_features_good = false;  ///< what is stored of records was read by this identity file
    record::EntityId student = 0;
    WeighedRecords& weighed;
  };
  struct Result {
    std::vector<store::SubjectLink> links;  ///< by node
    std::vector<uint32_t> changed;          ///< nodes whose records changed, ascending
    std::optional<resolve::Model> learned;  ///< there was none
  };

  Matching(const Parts& parts, std::optional<resolve::Model> model, Pulse& pulse,
           record::PersonCounts& counts);

  /// `touched` are the tokens of students who came, went or changed; null: all are weighed.
  Result run(const std::vector<uint64_t>* touched);

 private:
  using Subject = SourceRun::Subject;
  void take(uint32_t node, const Subject* subject, const store::SubjectLink* was);
  bool must_weigh(uint32_t node, const Subject* subject, const store::SubjectLink* was) const;
  void weigh(uint32_t node, const Subject* subject, const store::SubjectLink* was);
  void add_known(uint32_t node);
  void weigh_rivals();
  void add_standing();

  Parts parts_;
  Pulse& pulse_;
  Result result_;
  Candidates candidates_;
  bool is_all_ = false;
  std::unordered_set<uint32_t> asking_;   ///< nodes
  std::unordered_set<uint32_t> persons_;  ///< who had, or has, a record that was weighed
  std::vector<const store::SubjectLink*> standing_;
};

}  // namespace homeroom::flow

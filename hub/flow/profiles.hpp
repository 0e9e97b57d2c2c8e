// Profiles: persons whose records changed are merged again, and every destination's share of a profile
// that changed, or whose rules or dates did, is decided again. Everything is staged in the store.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/people.hpp"
#include "hub/govern/govern.hpp"
#include "hub/merge/merge.hpp"
#include "hub/record/report.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

/// Gives what a source says of the child on one of its nodes; empty if nothing.
using ContributionOf = std::function<std::string(uint32_t source, uint32_t node)>;

/// The records of one person as merge wants them.
struct Gathered {
  std::vector<std::string> rows;                  ///< owns what contributions point into
  std::vector<merge::Contribution> contributions;
  std::vector<std::string> strong_sources;
  bool has_only_strong_links = true;
};

class Profiles {
 public:
  Profiles(const record::Model& model, store::Store& store, const People& people,
           const merge::Merger& merger, govern::Governor& governor,
           const std::vector<std::string>& source_names,
           const std::map<uint32_t, uint32_t>& name_of_source, uint64_t run, int32_t run_date,
           std::function<void(const char* stage)> enter);

  /// Merges the affected persons (all with `everybody`) and removes the profiles of those who ended.
  void merge(const ContributionOf& contribution, bool everybody);
  /// Decides every share that may differ; `has_new_rules[d]`: the destination's rules or words changed.
  void share(const std::vector<bool>& has_new_rules);

  const record::ProfileCounts& counts() const { return counts_; }
  record::DeliveryCounts& delivery(std::size_t destination) { return deliveries_[destination]; }
  /// Upserts and tombstones owed by this run's changes, over all destinations.
  uint64_t newly_owed() const { return newly_owed_; }
  /// Upserts a destination is owed now, whenever they came about.
  uint64_t owed_upserts(std::size_t destination) const;
  /// Students by school: before this run and gone with it. Walks the profiles; ask only when some
  /// went.
  struct School {
    uint64_t before = 0;
    uint64_t gone = 0;
  };
  const std::map<std::string, School>& schools();

  Gathered gather(uint32_t person, const ContributionOf& contribution) const;
  Gathered strength(std::string_view rows) const;

 private:
  void merge_one(uint32_t person, const ContributionOf& contribution);
  void end_one(uint32_t person);
  void share_one(std::size_t destination, const store::Profile& profile, const Gathered* links);
  void settle(store::ShareRow& row, const govern::Share& share);
  store::ShareRow& row_of(std::size_t destination, uint32_t person);
  std::string school_of(std::string_view rows) const;

  const record::Model& model_;
  store::Store& store_;
  const People& people_;
  const merge::Merger& merger_;
  govern::Governor& governor_;
  const std::vector<std::string>& source_names_;
  const std::map<uint32_t, uint32_t>& name_of_source_;
  uint64_t run_;
  int32_t run_date_;
  std::function<void(const char* stage)> enter_;
  std::vector<store::Profile> index_;               ///< published, by person; rows empty
  std::vector<uint8_t> has_profile_;                ///< by person
  std::vector<uint8_t> is_fresh_;                   ///< by person: made or changed in this run
  std::vector<std::vector<store::ShareRow>> shares_;  ///< by destination, by person
  std::vector<std::vector<uint8_t>> is_put_;
  std::map<std::string, School> schools_;
  record::ProfileCounts counts_;
  std::vector<record::DeliveryCounts> deliveries_;
  uint64_t newly_owed_ = 0;
};

}  // namespace homeroom::flow

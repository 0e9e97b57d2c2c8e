// Profiles: persons whose records changed are merged again, and every destination's share of a
// profile that changed, or whose rules or dates did, is decided again. Everything is staged in the
// store.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hub/flow/contributions.hpp"
#include "hub/flow/corrections.hpp"
#include "hub/flow/link_strength.hpp"
#include "hub/flow/names.hpp"
#include "hub/flow/people.hpp"
#include "hub/flow/pulse.hpp"
#include "hub/flow/schools.hpp"
#include "hub/flow/shares.hpp"
#include "hub/flow/spill.hpp"
#include "hub/flow/student_rules.hpp"
#include "hub/govern/govern.hpp"
#include "hub/merge/merge.hpp"
#include "hub/record/report.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

class Profiles {
 public:
  /// What profiles are made of; all of it must outlive them.
  struct Parts {
    const record::Model& model;
    store::Store& store;
    const People& people;
    merge::Merger& merger;
    govern::Governor& governor;
    Contributions& contributions;
    const Corrections& corrections;
    keys::KeyRing& keys;
    const std::vector<std::string>& source_names;
    const std::map<uint32_t, uint32_t>& name_of_source;
    Pulse& pulse;
    RunMemory& memory;
    std::filesystem::path scratch;  ///< folder on the store's disk
    StudentRules* rules =
        nullptr;  ///< looked at for each profile that changed; nullptr: there are none
  };
  Profiles(const Parts& parts, uint64_t run, int32_t run_date,
           std::function<void(const char* stage)> enter);

  /// Merges the affected persons (all with `everybody`) and removes the profiles of those who
  /// ended.
  void merge(bool everybody);
  /// Decides every share that may differ; `has_new_rules[d]`: the destination's rules or words
  /// changed.
  void share(const std::vector<bool>& has_new_rules);

  const record::ProfileCounts& counts() const { return counts_; }
  record::DeliveryCounts& delivery(std::size_t destination) { return deliveries_[destination]; }
  /// Upserts and tombstones owed by this run's changes, over all destinations.
  uint64_t newly_owed() const { return newly_owed_; }
  /// Profiles that were there before and whose student has another birth date, another first or
  /// last name now.
  uint64_t changed_birth_dates() const { return changed_birth_dates_; }
  uint64_t changed_names() const { return changed_names_; }
  /// The school that lost the greatest share of its students.
  Schools::Loss emptied_school();
  /// Stages what the next night must know to tell that.
  void keep_schools() { schools_.keep(); }

  /// The shares of a destination; receipts are written into them.
  Shares& shares(std::size_t destination) { return shares_[destination]; }
  /// Puts a share's document into `body`: as it was made in this run, or made again from the
  /// published profile.
  void body(std::size_t destination, uint32_t person, std::string& body);

 private:
  /// What is known of a person's profile; its rows are in the store.
  struct Known {
    uint64_t content_hash = 0;
    uint64_t changed_in = 0;
    uint32_t version = 0;
    std::optional<int32_t> changes_on;
    bool is_there = false;
    bool is_fresh = false;  ///< made or changed in this run
  };
  static LookedUp<Known>::From known_in(store::Store& store);
  /// A profile on its way through a batch.
  struct Made {
    store::Profile profile;
    std::vector<std::pair<uint32_t, bool>> links;  ///< source, is strong
    std::string rows_before;                       ///< empty: there was no profile
  };

  std::vector<uint32_t> to_merge(bool everybody) const;
  void merge_batch(std::span<const uint32_t> persons);
  bool merge_one(uint32_t person, Made& made);
  void gather(uint32_t person, Made& made);
  void add_source_record(uint32_t source, std::string_view key, bool is_strong);
  void end_one(uint32_t person);
  void share_one(std::size_t destination, uint32_t person);
  void settle(std::size_t destination, uint32_t person, const govern::Share& share);
  bool decide(store::ShareRow& row, const govern::Share& share);
  void share_others(bool all);
  void share_again(uint32_t person);
  void stage_shares();
  void compare_with_before(uint32_t person, Made& made);

  Parts parts_;
  uint64_t run_;
  int32_t run_date_;
  std::function<void(const char* stage)> enter_;
  record::EntityId student_;
  std::optional<record::EntityId> source_record_;
  uint64_t first_sequence_;
  LinkStrength strength_;
  const store::PeopleTally before_;
  LookedUp<Known> known_;       ///< by person
  std::vector<Shares> shares_;  ///< by destination
  /// Documents of one destination that were made in this run.
  struct Bodies {
    Bodies(keys::KeyRing& keys, RunMemory& memory, const std::filesystem::path& scratch,
           uint32_t scope)
        : spill(keys, memory, scratch, scope) {}
    Spill spill;  ///< of its own, so that sending reads nothing of the others
    std::unordered_map<uint32_t, Spill::Place> places;  ///< by person
  };
  std::deque<Bodies> bodies_;  ///< by destination
  record::ProfileCounts counts_;
  Schools schools_;
  std::vector<record::DeliveryCounts> deliveries_;
  uint64_t newly_owed_ = 0;
  uint64_t changed_birth_dates_ = 0;
  uint64_t changed_names_ = 0;
  std::vector<Made> batch_;
  std::string gathered_;  ///< rows of one person
  std::vector<std::pair<uint32_t, std::size_t>>
      gathered_to_;  ///< source, end in gathered_; corrections behind all
  std::vector<merge::Contribution> contributions_;  ///< the same as merge wants them
};

}  // namespace homeroom::flow

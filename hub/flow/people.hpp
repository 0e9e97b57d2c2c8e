// People: who is a student here and which records of other sources speak of them. The roster founds
// persons; every other source is matched against it. What is near nobody is forgotten; what a
// person must look at or has decided is kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hub/flow/decisions.hpp"
#include "hub/flow/learned.hpp"
#include "hub/flow/looked_up.hpp"
#include "hub/flow/names.hpp"
#include "hub/flow/source_run.hpp"
#include "hub/flow/students.hpp"
#include "hub/record/report.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

class Pulse;

/// Homeroom's id of the student whom the roster's record with this key founds.
std::string founding_id(const keys::KeyRing& keys, const std::string& roster, std::string_view key);

/// One record of a child in a source that is linked to a student.
struct LinkedRecord {
  uint32_t source = 0;  ///< number in the store
  uint32_t node = 0;
  uint8_t evidence = 0;
  uint8_t rule = 0;
};

class People {
 public:
  /// `roster` is the name of the source whose children are the students. `weighs_all`: every record
  /// is weighed, not only those whose link may have changed; the answers are the same.
  People(const record::Model& model, resolve::Identity identity, store::Store& store,
         keys::KeyRing& keys, std::string roster, bool weighs_all, int64_t now_ms);

  /// Takes the roster's children in: founds, keeps and ends persons.
  void take_roster(SourceRun& roster, int32_t run_date);
  /// A night on which the roster was not heard: who was a student stays one.
  void keep_roster(uint32_t source, int32_t run_date);
  /// Matches a source against the roster. `run` is null when the source was not heard.
  void match(uint32_t source, SourceRun* run, Pulse& pulse, record::PersonCounts& counts);
  /// Every source was matched: frees what only matching needs.
  void end_matching();

  /// (person, node) of each linked record that a source mapped again.
  std::vector<std::pair<uint32_t, uint32_t>> linked(const SourceRun& run) const;
  /// Linked, in review or decided about: what is stored of it stays.
  bool is_kept(uint32_t source, uint32_t node) const;
  /// Persons whose profile may differ from what is published, in any order, some more than once.
  const std::vector<uint32_t>& affected() const { return affected_; }
  /// The records of these persons, who ascend, will be asked for: those of others need not be
  /// gathered.
  void expect_records_of(const std::vector<uint32_t>& persons) const;
  /// Records of a person, roster first, then by source and node.
  std::span<const LinkedRecord> records_of(uint32_t person) const;
  /// Every person there ever was, by number.
  const LookedUp<store::Person>& persons() const { return persons_; }
  /// How many of them are students tonight.
  uint64_t students() const { return students_; }
  /// Persons who were students and are none now: they left, or were joined to another.
  const std::vector<uint32_t>& ended() const { return ended_; }

  /// Records linked to a student with this run and not before, and records linked before; both of
  /// sources that had linked ones, so that the first night of a source does not count.
  struct Joined {
    uint64_t newly = 0;
    uint64_t before = 0;
  };
  const Joined& joined() const { return joined_; }

  /// Another one, and records of the source that were near nobody, so that nothing is kept of them,
  /// may be near somebody now.
  std::string basis(uint32_t source) const;

  void count(record::PersonCounts& counts) const;
  /// Stages the persons.
  void keep();

 private:
  struct SourceLinks {
    std::vector<store::SubjectLink> links;  ///< sorted by node
    bool is_changed = false;
  };
  std::string founding_id(std::string_view key) const;
  std::optional<uint32_t> own_person(uint32_t source, const store::SubjectLink& joined) const;
  void join(uint32_t source, std::vector<store::SubjectLink>& links);
  void settle_persons(const std::vector<store::SubjectLink>& before,
                      const std::vector<store::SubjectLink>& now, int32_t run_date);
  std::optional<std::vector<uint32_t>> unsettled(const std::vector<store::SubjectLink>& before,
                                                 const std::vector<uint8_t>& is_here) const;
  void settle_present(uint32_t number);
  void settle_absent(uint32_t number, const std::vector<uint8_t>& is_here, int32_t run_date);
  void found(std::vector<std::pair<std::string, std::size_t>> founded,
             std::vector<store::SubjectLink>& links);
  bool stands(const std::vector<store::SubjectLink>& links, std::size_t subjects,
              const std::map<uint32_t, Decided>& decided) const;
  void keep_links(uint32_t source, std::vector<store::SubjectLink> links);
  void count_joined(uint32_t source, const std::vector<store::SubjectLink>& before);
  void take_roster(uint32_t source, SourceRun* run, int32_t run_date);
  static std::vector<uint32_t> moved(const std::vector<store::SubjectLink>& before,
                                     const std::vector<store::SubjectLink>& now);
  void note_changes(uint32_t source, const std::vector<store::SubjectLink>& before,
                    const std::vector<uint32_t>& changed);
  void forget_lost(uint32_t source, const SourceRun* run,
                   const std::vector<store::SubjectLink>& before);

  store::Store& store_;
  keys::KeyRing& keys_;
  std::string roster_name_;
  resolve::Identity identity_;
  std::unordered_set<uint32_t> one_each_;  ///< sources that hold every child once
  Learned learned_;
  Decisions decisions_;
  record::EntityId student_entity_;
  LookedUp<store::Person> persons_;
  std::vector<uint32_t> other_persons_;  ///< new, or otherwise than they are stored
  bool weighs_all_;
  int64_t now_ms_;
  std::unique_ptr<Students> roster_;
  std::map<uint32_t, SourceLinks> by_source_;  ///< in the order in which records_of() tells them
  std::vector<uint32_t> order_;                ///< sources, roster first
  std::vector<uint32_t> affected_;
  std::vector<uint32_t> ended_;
  Joined joined_;
  uint64_t before_;
  uint64_t created_ = 0, merged_ = 0, split_ = 0, students_ = 0;
  mutable std::vector<uint32_t> gathered_;         ///< persons whose records were; ascending
  mutable std::vector<LinkedRecord> records_;      ///< theirs, person by person
  mutable std::vector<std::size_t> records_from_;  ///< of each of them: the first of its records
};

}  // namespace homeroom::flow

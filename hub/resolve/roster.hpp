// Roster: the students of a district, ready to be found by what other sources say of a child. Each
// record is weighed against the students who share a blocking key with it; since a record speaks of
// one child at most, the students compete for it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/record/row.hpp"
#include "hub/resolve/identity.hpp"
#include "hub/resolve/scorer.hpp"
#include "hub/resolve/student_index.hpp"

namespace homeroom::resolve {

enum class Evidence : uint8_t { none, plain, strong };

/// The answer for one record: a student, or nobody.
struct Link {
  static constexpr uint32_t nobody = UINT32_MAX;

  uint32_t student = nobody;
  Evidence evidence = Evidence::none;
  /// Log2 of the odds that the record is this student's, or the candidate's, and nobody else's.
  float weight = 0;
  bool is_for_review = false;  ///< somebody is near but not sure: a person decides
  uint32_t candidate = nobody;
};

/// Records and students who are not the same child, by a person's decision, in the order of
/// records.
using Apart = std::span<const std::pair<uint32_t, uint32_t>>;

class Roster {
 public:
  /// Throws fix_settings, with the place, for a field or key that cannot be. `identity` and `model`
  /// outlive the roster.
  Roster(const Identity& identity, const record::Model& model);
  ~Roster();
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  /// One more child: a student before index(), a record of another source behind it. A row's bytes
  /// stay where they are until read(), index() or settle().
  void add(const record::RowView& student);
  void read();
  /// The same from features() of this or an earlier run with the same identity file.
  void add(std::string_view features);
  /// What is known of a child, in small, to be kept. Students come first.
  std::string features(uint32_t child) const;

  /// All students were added. `frequencies`: those kept from an earlier run; empty: counted anew.
  void index(std::string_view frequencies);
  /// How often names and numbers are seen among students, to be kept with the models.
  const std::string& frequencies() const;
  uint32_t students() const;
  /// Two students are one child, by a person's decision, and do not compete for a record.
  void join(uint32_t student, uint32_t other);
  /// Blocking keys in which too many students stand.
  const std::vector<StudentIndex::Crowded>& crowded() const;

  /// The records that were added are complete.
  void settle();
  uint32_t records() const;  ///< of the source at hand
  /// What records of this source look like when they are a student's, from those at hand.
  Model learn() const;
  /// One link for each record at hand.
  std::vector<Link> match(const Model& model, Apart apart = {}) const;
  /// Forgets the records at hand.
  void clear();

  /// How a record agrees with a student and what each thing weighs; numbers as they were added.
  PairWeight explain(const Model& model, uint32_t student, uint32_t record) const;
  const Comparisons& comparisons() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeroom::resolve

// Roster: the students of a district, ready to be found by what other sources say of a child. Each
// record is weighed against the students who share a blocking key with it; since a record speaks of
// one child at most, the students compete for it. Students are all in memory, or lie in a store, of
// which only those are read whom a record meets; the answers are the same.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/record/row.hpp"
#include "hub/resolve/identity.hpp"
#include "hub/resolve/posting_table.hpp"
#include "hub/resolve/scorer.hpp"

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

/// One link for each record, and which tokens were looked up for it: while no student with one of
/// these comes, goes or changes, the link stays.
struct Answers {
  std::vector<Link> links;
  std::vector<uint64_t> tokens;
  std::vector<uint32_t> ends;  ///< by record: behind its last token

  std::span<const uint64_t> tokens_of(std::size_t record) const {
    auto first = record == 0 ? 0 : ends[record - 1];
    return std::span(tokens).subspan(first, ends[record] - first);
  }
};

class Roster {
 public:
  /// Throws fix_settings, with the place, for a field or key that cannot be. `identity` and `model`
  /// outlive the roster.
  Roster(const Identity& identity, const record::Model& model, Keyed keyed = {});
  ~Roster();
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  /// One more child: a student before index(), a record of another source behind it, or behind
  /// open().
  void add(const record::RowView& student);
  /// The same from features() of this or an earlier run with the same identity file.
  void add(std::string_view features);
  /// What is known of a student in memory, in small, to be kept; and of a record at hand.
  std::string features(uint32_t student) const;
  std::string features_of_record(uint32_t record) const;

  /// All students were added. `frequencies`: those kept from an earlier run; empty: counted anew.
  /// `numbers` are what the students are called from now on, ascending; empty: 0, 1, 2.
  void index(std::string_view frequencies, std::vector<uint32_t> numbers = {});
  /// Instead of that: students are those of a store, which outlives the roster, by its numbers.
  void open(StoredStudents& students, std::string_view frequencies);
  /// Who has which token, of students in memory; students in the order in which they were added.
  const PostingTable& postings() const;
  /// How often names and numbers are seen among students, to be kept with the models.
  const std::string& frequencies() const;
  uint32_t students() const;
  /// Two students are one child, by a person's decision, and do not compete for a record.
  void join(uint32_t student, uint32_t other);
  /// Blocking keys in which too many students stand.
  const std::vector<PostingTable::Crowded>& crowded() const;

  /// The records that were added are complete.
  void settle();
  uint32_t records() const;  ///< of the source at hand
  /// What records of this source look like when they are a student's, from those at hand. `match`:
  /// the probability that one of them is a student's at all, where it cannot be learned from them,
  /// because others were not kept.
  Model learn(std::optional<double> match = {}) const;
  /// One link for each record at hand.
  Answers answers(const Model& model, Apart apart = {});
  std::vector<Link> match(const Model& model, Apart apart = {}) {
    return answers(model, apart).links;
  }
  /// Forgets the records at hand.
  void clear();

  /// How a record agrees with a student in memory and what each thing weighs; numbers as they were
  /// added.
  PairWeight explain(const Model& model, uint32_t student, uint32_t record) const;
  const Comparisons& comparisons() const;

 private:
  struct State;
  class Weighing;
  std::unique_ptr<State> state_;
};

}  // namespace homeroom::resolve

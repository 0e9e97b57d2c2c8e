// Students: the roster as records of other sources are weighed against it. Their features and
// blocking tokens lie in the store; a night brings in what changed, and knows which tokens that
// touches. On a first load, and where most changes, they are all in memory instead.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/joins.hpp"
#include "hub/flow/learned.hpp"
#include "hub/record/model.hpp"
#include "hub/record/row.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::keys {
class KeyRing;
}

namespace homeroom::flow {

/// The students of the roster's source as they lie in the store.
class StoredRoster : public resolve::StoredStudents {
 public:
  StoredRoster(store::Store& store, uint32_t source) : store_(store), source_(source) {}
  std::span<const uint32_t> students(uint64_t token) override;
  std::string_view features(uint32_t student) override;

 private:
  store::Store& store_;
  uint32_t source_;
  std::vector<uint32_t> found_;
};

/// Students went without a run: all records are weighed in the next one. With `are_lost` what was
/// known of students and their tokens is made anew, too. Staged.
void weigh_anew(store::Store& store, bool are_lost);

/// Blocking tokens under the tenant's key, which outlives the function.
resolve::Keyed token_function(const keys::KeyRing& keys);

class Students {
 public:
  struct Parts {
    const record::Model& model;
    const resolve::Identity& identity;
    store::Store& store;
    keys::KeyRing& keys;
    Learned& learned;
    uint32_t source = 0;  ///< number of the roster's
  };
  explicit Students(const Parts& parts);

  /// Whether what lies in the store can be built upon tonight.
  bool are_known() const { return are_known_; }

  /// One after the other, by node; all of them between begin() and finish().
  void begin(bool as_whole);
  void take(uint32_t node, const record::RowView& row, bool is_changed);
  void know(uint32_t node);
  void lose(uint32_t node);
  /// `links` are those of tonight, `moved` the nodes that are another person than before. Stages
  /// features and tokens.
  void finish(const std::vector<store::SubjectLink>& links, const std::vector<uint32_t>& moved,
              const Joins& joins);

  resolve::Roster& roster() { return *roster_; }
  /// From here on all are in memory: much is asked of them.
  void make_whole();
  /// Instead of begin() to finish(): those that were published, all in memory, with frequencies
  /// counted anew. Stages nothing.
  void recount(const std::vector<store::SubjectLink>& links, const Joins& joins);
  /// They were built anew tonight, so that nobody can say what changed.
  bool is_rebuilt() const { return is_rebuilt_; }
  /// The person of each student, by node; nobody where no student is.
  const std::vector<uint32_t>& persons() const { return persons_; }

  /// Which roster records were weighed against: before tonight, and from now on.
  const std::string& former_version() const { return former_version_; }
  const std::string& version() const { return version_; }
  /// Who looked one of these tokens up is weighed again.
  const std::vector<uint64_t>& touched() const { return touched_; }
  /// How many came, went or have other features.
  uint64_t changed() const { return changed_; }

 private:
  void add_known(uint32_t node);
  void join();
  void take_persons(const std::vector<store::SubjectLink>& links, const Joins& joins);
  void load(const std::string& frequencies);
  void finish_whole();
  void finish_changed(const std::vector<uint32_t>& moved);
  std::vector<resolve::ChangedStudent> changes(const std::vector<uint32_t>& moved);

  Parts parts_;
  bool are_known_ = false;
  bool is_whole_ = false;
  bool is_rebuilt_ = false;
  resolve::Keyed keyed_;
  StoredRoster stored_;
  std::unique_ptr<resolve::Roster> roster_;
  std::vector<uint32_t> nodes_;  ///< of those in memory; or of those read anew
  std::vector<uint32_t> lost_;
  std::vector<uint64_t> touched_;
  uint64_t changed_ = 0;
  std::vector<uint32_t> persons_;
  std::vector<std::pair<uint32_t, uint32_t>> joined_;
  std::string former_version_, version_;
};

}  // namespace homeroom::flow

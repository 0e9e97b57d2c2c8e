// Learned: what matching has learned of each source, kept from run to run: what its records look
// like when they are a student's, and how often names are seen among students. It changes when the
// identity file does, when somebody asks for it, and when more than a stated share of the records
// is not what was learned from any more (training.hpp); else a link changes only when a record
// does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hub/resolve/resolve.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

/// What is known of a source's model, or of the roster's frequencies, beside themselves.
struct Lesson {
  uint32_t version = 0;   ///< counts up; 0: nothing was learned
  int64_t when_ms = 0;    ///< 0: by an earlier version of the program, which did not say
  uint64_t records = 0;   ///< of the source then; of the roster its students
  uint64_t students = 0;  ///< against which
  uint64_t changed = 0;   ///< records that came, went or changed in what is compared, since

  /// The share of the records that is not what was learned from any more, at most 1: no share of a
  /// value or a level among them has moved by more.
  double drift() const;
  /// More than `limit`, and not of a handful of records.
  bool has_drifted(double limit) const;
};

class Learned {
 public:
  /// `roster` is the number of the roster's source in the store.
  Learned(store::Store& store, const resolve::Identity& identity, uint32_t roster);

  /// What the store keeps of this source's features and model was made with this identity file, and
  /// in the source's role of tonight.
  bool is_of_this_file(uint32_t source) const;
  /// The roster's blocking tokens were made by this identity file.
  bool is_of_these_blocks() const;
  /// The links of this source were weighed by this identity file and its model, against this
  /// version of the roster.
  bool is_weighed(uint32_t source, const std::string& roster_version) const;
  /// Empty: nothing is kept.
  std::string frequencies() const;
  std::optional<resolve::Model> model(uint32_t source,
                                      const resolve::Comparisons& comparisons) const;

  Lesson lesson(uint32_t source) const;
  /// A run found that too many records would cross a threshold, and waits for somebody to train.
  bool is_training_due() const;

  // ---- staging ---------------------------------------------------------------------------------
  /// From now on they are.
  void put_file(uint32_t source);
  void put_blocks();
  static void forget_blocks(store::Store& store);
  void put_weighed(uint32_t source, const std::string& roster_version);
  void put_frequencies(const std::string& frequencies);
  void put(uint32_t source, const resolve::Model& model);
  void put_lesson(uint32_t source, const Lesson& lesson);
  /// So many more of the source's are not what was learned from.
  void note_changed(uint32_t source, uint64_t records, uint64_t of);
  void put_training_due(bool is_due);

 private:
  std::string file_of(uint32_t source) const;
  std::string weighed_by(uint32_t source, const std::string& roster_version) const;

  store::Store& store_;
  std::string file_;      ///< what of the identity file features and models depend on
  std::string blocks_;    ///< and what tokens,
  std::string weighing_;  ///< and what links depend on, as hashes
  uint32_t roster_;
};

}  // namespace homeroom::flow

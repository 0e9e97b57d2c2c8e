// Training: what matching has learned, learned again from what is published, and which records it
// would bring over a threshold. Nothing is staged before apply().
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "hub/flow/decisions.hpp"
#include "hub/flow/learned.hpp"
#include "hub/flow/pulse.hpp"
#include "hub/record/model.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::keys {
class KeyRing;
}

namespace homeroom::flow {

class Students;

/// What a record is to a student.
enum class Band : uint8_t { apart, review, link, strong };

Band band_of(const store::SubjectLink& link);
/// "apart", "review", "link", "strong".
const char* word_of(Band band);

/// A record that would be in another band, or near another student.
struct Crossing {
  uint32_t source = 0;
  store::SubjectLink before, after;
};

class Training {
 public:
  struct Parts {
    const record::Model& model;
    const resolve::Identity& identity;
    store::Store& store;
    keys::KeyRing& keys;
    uint32_t roster = 0;                    ///< number of its source
    std::vector<uint32_t> sources;          ///< of the others
    std::unordered_set<uint32_t> one_each;  ///< those that hold every child once
  };
  explicit Training(const Parts& parts);

  /// False: what is published was not read by this identity file, or there is nothing to learn
  /// from; the next run learns anyway.
  bool is_possible() const { return is_possible_; }
  /// More than the stated drift, at some source.
  bool is_called_for() const;
  /// Learns, and weighs every record that is kept by what was learned.
  void run(Pulse& pulse);

  const std::vector<Crossing>& crossings() const { return crossings_; }
  uint64_t records() const { return records_; }  ///< that were weighed
  /// Gives what was learned the next version. Links follow when a run weighs by it.
  void apply(int64_t now_ms);

 private:
  struct Learnt {
    resolve::Model model;
    uint64_t records = 0;
  };
  std::vector<store::SubjectLink> links_of(uint32_t source) const;
  void train(uint32_t source, Students& students, const Decisions& decisions, Pulse& pulse);
  void compare(uint32_t source, const std::vector<store::SubjectLink>& before,
               const std::vector<store::SubjectLink>& after);

  Parts parts_;
  Learned learned_;
  bool is_possible_ = false;
  std::unordered_set<uint32_t> live_;  ///< persons
  std::string frequencies_;
  uint64_t students_ = 0;
  uint64_t records_ = 0;
  std::map<uint32_t, Learnt> models_;  ///< by source
  std::vector<Crossing> crossings_;
};

}  // namespace homeroom::flow

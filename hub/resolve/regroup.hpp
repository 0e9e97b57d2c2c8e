// Regroup: what a night's changes among the students do to their blocks, and whom that may concern.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/resolve/identity.hpp"
#include "hub/resolve/posting_table.hpp"

namespace homeroom::resolve {

/// A student who came, left, is described otherwise, or is another person than before.
struct ChangedStudent {
  uint32_t student = 0;
  std::string was;  ///< features; empty: was not there
  std::string is;   ///< empty: is not there any more
};

struct Regrouped {
  struct Change {
    uint64_t token = 0;
    uint32_t student = 0;
    bool is_gone = false;
  };
  std::vector<Change> postings;
  /// Whoever looked one of these up may get another answer now, and nobody else; ascending.
  std::vector<uint64_t> touched;
};

/// `before` tells the postings as they were; and features of students who did not change.
Regrouped regroup(const Identity& identity, const record::Model& model, const Keyed& keyed,
                  std::span<const ChangedStudent> changed, StoredStudents& before);

}  // namespace homeroom::resolve

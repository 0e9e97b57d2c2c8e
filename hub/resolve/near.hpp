// Near: the students who share a blocking key with a record.
#pragma once

#include <cstdint>
#include <vector>

#include "hub/resolve/student_index.hpp"

namespace homeroom::resolve {

/// The students near a record, each once.
class Near {
 public:
  Near(const StudentIndex& keys, uint32_t students)
      : keys_(keys), seen_for_(students, UINT32_MAX) {}

  /// Visits those who share a key with the record, key by key, until `is_enough` after one of them.
  template <class Visit, class Enough>
  void each(uint32_t record, const Visit& visit, const Enough& is_enough) {
    for (std::size_t key = 0; key < keys_.keys() && !is_enough(); ++key)
      keys_.each(
          key, record,
          [&](uint32_t student) {
            if (seen_for_[student] == record) return;
            seen_for_[student] = record;
            visit(student);
          },
          [](uint64_t) {});
  }

 private:
  const StudentIndex& keys_;
  std::vector<uint32_t> seen_for_;  ///< by student: the record for which it was found last
};

}  // namespace homeroom::resolve

// StudentIndex: which students a record meets: those who share a blocking key with it. What too
// many students share tells nobody apart, so such a block is parted by `split`, level by level.
#pragma once

#include <cstdint>

#include "hub/resolve/posting_table.hpp"

namespace homeroom::resolve {

class StudentIndex {
 public:
  /// Both outlive it.
  StudentIndex(const BlockKeys& keys, Postings& postings) : keys_(keys), postings_(postings) {}

  std::size_t keys() const { return keys_.count(); }

  /// Visits students that share this key with a record, one and the same perhaps several times.
  /// `ask` is told every token that was looked up: the answer depends on these and no other.
  template <class Visit, class Ask>
  void each(std::size_t key, uint32_t record, const Visit& visit, const Ask& ask) const {
    uint64_t hashes[KeyHashes::most];
    auto count = keys_.hashes(key, record, hashes);
    for (uint32_t i = 0; i < count; ++i) look_up(key, hashes[i], record, visit, ask);
  }

 private:
  template <class Visit, class Ask>
  void look_up(std::size_t key, uint64_t hash, uint32_t record, const Visit& visit,
               const Ask& ask) const {
    for (std::size_t level = 0;; ++level) {
      auto token = keys_.token(key, level, hash);
      ask(token);
      auto students = postings_.students(token);
      if (students.size() <= keys_.most_in_block()) {
        for (auto student : students) visit(student);
        return;
      }
      if (level == keys_.splits()) return;
      hash = keys_.parted(hash, level, record);
    }
  }

  const BlockKeys& keys_;
  Postings& postings_;
};

}  // namespace homeroom::resolve

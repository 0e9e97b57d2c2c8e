// StudentIndex: which students a record meets: those who share a blocking key with it. What too
// many students share tells nobody apart, so such a block is parted by `split`, level by level.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

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

  /// Asks ahead for all tokens that each() will look up of these records.
  void look_ahead(std::size_t key, std::span<const uint32_t> records, AskedAhead& ahead) const {
    std::vector<std::pair<uint64_t, uint32_t>> asked;  // hash, record
    for (auto record : records) {
      uint64_t hashes[KeyHashes::most];
      auto count = keys_.hashes(key, record, hashes);
      for (uint32_t i = 0; i < count; ++i) asked.emplace_back(hashes[i], record);
    }
    for (std::size_t level = 0; !asked.empty(); ++level) {
      std::vector<uint64_t> tokens;
      for (const auto& [hash, record] : asked) tokens.push_back(keys_.token(key, level, hash));
      ahead.ask(tokens);
      std::size_t parted = 0;
      for (std::size_t i = 0; i < asked.size() && level < keys_.splits(); ++i)
        if (ahead.students(tokens[i]).size() > keys_.most_in_block())
          asked[parted++] = {keys_.parted(asked[i].first, level, asked[i].second), asked[i].second};
      asked.resize(parted);
    }
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

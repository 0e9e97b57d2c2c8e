// Decisions: which records people said to be which student's, or not. The record's key and the
// reason are sealed with a key of the student; nothing is ever erased, undoing is a mark.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Decisions {
 public:
  Decisions(sql::Database& database, keys::KeyRing& keys);

  /// In the order of their numbers.
  std::vector<Decision> all();
  /// Gives it a number.
  uint32_t put(const Decision& decision);
  /// All about a student, and all about a record, by its token.
  void erase_of(uint32_t person);
  void erase_about(uint64_t record);
  void undo(uint32_t number, int64_t at_ms, const std::string& actor);

 private:
  sql::Database& database_;
  keys::KeyRing& keys_;
};

}  // namespace homeroom::store

// Corrections: values that a person set for one student, the value and the reason sealed with a key
// of the person's own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Corrections {
 public:
  Corrections(sql::Database& database, keys::KeyRing& keys);

  /// In the order of their numbers.
  std::vector<Correction> all();
  /// Replaces the one of the same person and field; gives it a number.
  uint32_t put(const Correction& correction);
  void set_state(uint32_t number, CorrectionState state);
  void erase(uint32_t number);
  void erase_of(uint32_t person);

 private:
  sql::Database& database_;
  keys::KeyRing& keys_;
};

}  // namespace homeroom::store

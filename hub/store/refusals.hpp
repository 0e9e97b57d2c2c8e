// Refusals: what destinations said never to, one row for each (destination, person); the reason is
// sealed with a key of that share, so that a child who is forgotten takes it along.
#pragma once

#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::store {

class Refusals {
 public:
  Refusals(sql::Database& database, keys::KeyRing& keys);

  std::vector<Refusal> all();
  void put(const Refusal& refusal);
  void erase(const Refusal& refusal);
  void erase_of(uint32_t person);
  /// Rows whose keys were destroyed go.
  void drop_unreadable();
  /// Of what a run was refused; 0 when nothing was.
  uint32_t last_number(uint64_t run);

 private:
  sql::Database& database_;
  keys::KeyRing& keys_;
};

}  // namespace homeroom::store

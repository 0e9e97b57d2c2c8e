// Quarantine: records that were set aside, their bytes and keys sealed.
#pragma once

#include <string>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Quarantine {
 public:
  Quarantine(sql::Database& database, keys::KeyRing& keys);

  std::vector<QuarantineRow> all();
  void put(const QuarantineRow& row);
  /// Of the records that a run set aside; 0 when it set none aside.
  uint32_t last_number(uint64_t run);
  /// Rows whose keys were destroyed go; keys without a row are destroyed.
  void drop_unreadable();
  void clear(const std::string& source, const std::string& stream, uint64_t before_run);

 private:
  void destroy_unused_keys();

  sql::Database& database_;
  keys::KeyRing& keys_;
};

}  // namespace homeroom::store

// References: what is kept whole of a source under a name, each sealed for itself: pages of its
// reference streams, and what nights note of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"

namespace homeroom::store {

class References {
 public:
  References(sql::Database& database, keys::KeyRing& keys);

  /// Empty if there is none.
  std::string find(uint32_t source, const std::string& name);
  void put(uint32_t source, const std::string& name, std::string_view bytes);

 private:
  sql::Database& database_;
  keys::KeyRing& keys_;
  sql::Statement find_, number_, put_;
  std::optional<int64_t> last_;  ///< number that was given; after a rollback it leaves a gap
  std::string sealed_;
};

}  // namespace homeroom::store

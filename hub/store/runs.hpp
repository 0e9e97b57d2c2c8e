// Runs: past runs with their reports, and the numbers given to sources and destinations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Runs {
 public:
  explicit Runs(sql::Database& database) : database_(database) {}

  uint64_t next();
  std::optional<RunRow> find(uint64_t number);
  /// The newest first.
  std::vector<RunRow> newest(uint32_t most);
  void put(const RunRow& run);
  void erase(int64_t before_ms);

 private:
  sql::Database& database_;
};

/// The number of a name in table `source` or `destination`, 0 if it has none.
enum class Named : uint8_t { source, destination };
std::vector<std::pair<uint32_t, std::string>> all_names(sql::Database& database, Named table);
uint32_t number_of(sql::Database& database, Named table, const std::string& name);
uint32_t give_number(sql::Database& database, Named table, const std::string& name);

}  // namespace homeroom::store

// Streams: how far each stream was read, and the digests of what made the rest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Streams {
 public:
  explicit Streams(sql::Database& database) : database_(database) {}

  std::optional<StreamState> published(const std::string& source, const std::string& stream);
  std::vector<StreamState> all_published();
  void put_published(const StreamState& state);
  /// Every state that was published, newest first.
  std::vector<FormerStreamState> history();
  /// Of before an instant; the newest of each stream stays.
  void erase_history(int64_t before_ms);

  std::optional<std::string> digest(const std::string& name);
  void put_digest(const std::string& name, const std::string& digest);

 private:
  void put(const char* sql, const StreamState& state);
  sql::Database& database_;
};

}  // namespace homeroom::store

// People: persons and the profiles of those who are students.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class People {
 public:
  People(sql::Database& database, keys::KeyRing& keys);

  void each(const std::function<void(const Person&)>& visit);
  void put(const Person& person);

  std::optional<Profile> profile(uint32_t person);
  void each_profile(const std::function<void(const Profile&)>& visit);
  void each_profile_index(const std::function<void(const Profile&)>& visit);
  void put_profile(const Profile& profile);
  void erase_profile(uint32_t person);

 private:
  sql::Database& database_;
  keys::KeyRing& keys_;
  sql::Statement put_, profile_, put_profile_, put_rows_, erase_profile_, erase_rows_;
  std::string sealed_;
};

}  // namespace homeroom::store

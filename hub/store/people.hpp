// People: persons and the profiles of those who are students, and how many there are of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"
#include "hub/store/streams.hpp"

namespace homeroom::store {

class People {
 public:
  /// How many there are is kept among the digests of `streams`.
  People(sql::Database& database, keys::KeyRing& keys, Streams& streams);

  void each(const std::function<void(const Person&)>& visit);
  void each_id(const std::function<void(uint32_t number, std::string_view id)>& visit);
  std::optional<Person> find(uint32_t number);
  uint32_t end();
  void put(const Person& person);

  std::optional<Profile> profile(uint32_t person);
  void each_profile(const std::function<void(const Profile&)>& visit);
  void each_profile_index(const std::function<void(const Profile&)>& visit);
  std::optional<Profile> profile_index(uint32_t person);
  void put_profile(const Profile& profile);
  void erase_profile(uint32_t person);

  const PeopleTally& tally() { return kept_tally(); }
  void put_first_change(int32_t day);
  /// Writes how many there are; before every commit.
  void flush();
  /// Forgets what was not committed; after every rollback.
  void forget();

 private:
  /// What is known of the rows of one table without asking it again: of each number what stands
  /// there (above `nothing`), and that there is none from `end` on.
  struct Seen {
    static constexpr uint8_t unknown = 0, nothing = 1, there = 2;
    std::vector<uint8_t> what;
    std::optional<uint32_t> end;

    void note(uint32_t number, uint8_t is);
    uint8_t of(uint32_t number) const;
  };
  static uint8_t kind_of(const Person& person);
  void learn_end(Seen& seen, const char* last);
  void count(uint8_t kind, uint64_t by);
  void count_profile(uint32_t person, uint8_t is);
  PeopleTally& kept_tally();

  sql::Database& database_;
  keys::KeyRing& keys_;
  Streams& streams_;
  sql::Statement find_, put_, profile_, index_, put_profile_, put_rows_, erase_profile_,
      erase_rows_;
  std::string sealed_;
  Seen persons_, profiles_;
  std::optional<PeopleTally> tally_;
  bool is_tally_changed_ = false;
};

}  // namespace homeroom::store

// Comparison: how two records agree, as one number: a few bits for the level of each thing
// compared. Level 0 is always "not known"; the others go from the best agreement to none.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/resolve/glance.hpp"
#include "hub/resolve/name_table.hpp"
#include "hub/resolve/records.hpp"

namespace homeroom::resolve {

enum class Compared : uint8_t {
  given_name,
  middle_name,
  family_name,
  name_order,  ///< given and family name in each other's place
  birth_date,
  sex,
  phone,
  email,
  address,
  place,  ///< city and postal code, which go together
  identifier,
  other,
  source,
};

/// The levels a thing compared can have, as people call them; [0] is "not known".
const std::vector<std::string_view>& level_names(Compared what);

struct Comparison {
  Compared what = Compared::other;
  std::string name;
  std::array<uint32_t, 3> at = {Records::none, Records::none, Records::none};  ///< numbers of a row
  uint8_t shift = 0;
  uint8_t bits = 0;

  uint32_t level(uint64_t pattern) const {
    return static_cast<uint32_t>(pattern >> shift) & ((1U << bits) - 1);
  }
  uint32_t levels() const { return static_cast<uint32_t>(level_names(what).size()); }
};

/// All that is compared of these records, and what comparing looks up. Read only, for all threads.
class Comparisons {
 public:
  Comparisons(const Records& records, const Nicknames& nicknames);
  /// Takes in the values that came into the records' dictionaries since.
  void extend();

  const std::vector<Comparison>& all() const { return all_; }
  const NameTable& names() const { return names_; }
  /// Position of the first of this kind, or Records::none.
  uint32_t find(Compared what) const;

 private:
  friend class Comparer;
  void add(Compared what, const std::string& name, std::array<uint32_t, 3> at);

  const Records& records_;
  NameTable names_;
  std::vector<Comparison> all_;
  std::vector<uint32_t> births_;  ///< YYYYMMDD by number of the value, four bits a digit
  std::vector<std::vector<Glance>> glances_;  ///< by feature and value; none of names, dates, sex
};

/// How two birth dates agree; YYYYMMDD, four bits a digit (0x20150312), 0 is not known. The level
/// of Compared::birth_date.
uint32_t birth_date_level(uint32_t a, uint32_t b);

}  // namespace homeroom::resolve

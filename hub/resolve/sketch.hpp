// A sketch: one child's features as fixed-size numbers, so that comparing two children touches no
// text unless a spelling has to be looked at. And how two sketches agree, feature by feature.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/resolve/resolve.hpp"

namespace homeroom::resolve {

uint64_t hash_of(std::string_view text);
uint64_t hash_of(uint64_t a, uint64_t b);

/// At most `most` hashes; more are left out.
template <int most>
struct HashList {
  uint64_t at[most] = {};
  uint8_t count = 0;

  void add(uint64_t hash) {
    if (count < most && !has(hash)) at[count++] = hash;
  }
  bool has(uint64_t hash) const {
    for (int i = 0; i < count; ++i)
      if (at[i] == hash) return true;
    return false;
  }
  const uint64_t* begin() const { return at; }
  const uint64_t* end() const { return at + count; }
};

struct Sketch {
  std::string_view first_name;  ///< texts of the features, for spellings
  std::string_view last_name;
  uint64_t first = 0;  ///< all letters of the given names; 0: not known
  uint64_t last = 0;   ///< all letters of the family name; 0: not known
  HashList<8> given;   ///< the first given name and the formal names it may stand for
  HashList<3> family;  ///< parts of the family name
  uint64_t number = 0;
  uint64_t state_id = 0;
  uint64_t phone = 0;
  uint64_t postal = 0;
  uint64_t home = 0;          ///< postal and street together; 0: not known
  int32_t birth = INT32_MIN;  ///< INT32_MIN: not known
  char sex = 0;

  bool knows_birth() const { return birth != INT32_MIN; }
};

/// Makes sketches; holds the nickname table as hashes.
class Sketcher {
 public:
  Sketcher();
  /// The sketch's names point into `features`.
  Sketch sketch(const Features& features) const;

 private:
  std::unordered_map<uint64_t, std::vector<uint64_t>> formal_;  ///< short name -> formal names
};

/// How one feature of two children agrees, from worst to best.
enum class Name : uint8_t { differs, unknown, initial, near, part, same };
enum class Birth : uint8_t { differs, unknown, near, same };
enum class Same : uint8_t { no, unknown, yes };

/// What two children have in common.
struct Agreement {
  Name first;   ///< near: one slip of the pen; part: a nickname, or one of several given names
  Name last;    ///< near: one slip of the pen; part: one of two family names
  Birth birth;  ///< near: day and month swapped, one day or one year off
  Same sex;
  Same phone;
  Same postal;
  Same home;        ///< same house
  bool is_swapped;  ///< the given name of each is the family name of the other

  bool has_home() const { return phone == Same::yes || home == Same::yes; }
};

Agreement compare(const Sketch& a, const Sketch& b);

}  // namespace homeroom::resolve

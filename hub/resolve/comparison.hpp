// Comparison: how two records agree, as one number: a few bits for the level of each thing
// compared. Level 0 is always "not known"; the others go from the best agreement to none.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
  /// What tells cheaply that two texts are far apart: by feature and value; empty for names, dates
  /// and sex.
  std::vector<std::vector<WordShape>> shapes_;
};

/// Compares; one for each thread, since it remembers what it has compared.
class Comparer {
 public:
  explicit Comparer(const Comparisons& comparisons);
  uint64_t pattern(const uint32_t* a, const uint32_t* b);
  /// Has what is known of a row's values brought near; it is about to be compared.
  void fetch(const uint32_t* row) const;

 private:
  /// Levels of pairs of values that were compared before; a newer pair takes the place of an older.
  /// Small, so that all of them stay in the second cache.
  class Remembered {
   public:
    Remembered() : slots_(std::size_t{1} << bits) {}
    template <class Compare>
    uint32_t level(uint32_t a, uint32_t b, Compare compare) {
      if (a > b) std::swap(a, b);
      if (b >= most_values) return compare(a, b);
      auto key = (uint64_t{a} << 30 | b) << 4;
      auto& slot = slots_[(key * 0x9e3779b97f4a7c15U) >> (64 - bits)];
      if ((slot ^ key) < 16 && slot) return static_cast<uint32_t>(slot & 15);
      auto level = compare(a, b);
      slot = key | level;
      return level;
    }

   private:
    static constexpr int bits = 12;
    static constexpr uint32_t most_values = 1U << 30;
    std::vector<uint64_t> slots_;  ///< both values and the level
  };

  uint32_t given(uint32_t a, uint32_t b);
  uint32_t family(uint32_t a, uint32_t b);
  uint64_t names(const uint32_t* a, const uint32_t* b);
  uint32_t address(const Comparison& what, const uint32_t* a, const uint32_t* b);
  uint32_t place(const Comparison& what, const uint32_t* a, const uint32_t* b);
  /// More than `edits` edits lie between two texts, surely.
  bool are_apart(uint32_t feature, uint32_t a, uint32_t b, uint32_t edits) const;
  /// 1 the same, 2 near, 3 another.
  uint32_t texts(uint32_t feature, uint32_t a, uint32_t b);
  uint32_t numbers(uint32_t feature, uint32_t a, uint32_t b);
  uint32_t emails(uint32_t feature, uint32_t a, uint32_t b);
  std::string_view text(uint32_t feature, uint32_t id) const {
    return of_.records_.features[feature].values->text(id);
  }

  const Comparisons& of_;
  Remembered given_;
  Remembered family_;
  std::vector<Remembered> texts_;  ///< by feature
  /// Of given, middle and family name and their order: the number in a row, or none; and the shift.
  struct NamePlaces {
    uint32_t first = Records::none;
    uint32_t second = Records::none;
    uint32_t last = Records::none;
    uint8_t shift[4] = {};
  };
  NamePlaces name_places_;
};

/// How two birth dates agree; YYYYMMDD, four bits a digit (0x20150312), 0 is not known. The level
/// of Compared::birth_date.
uint32_t birth_date_level(uint32_t a, uint32_t b);

}  // namespace homeroom::resolve

// Comparer: how pairs of records agree, many pairs at a time, one feature after the other. That two
// values are equal or not known is told in a loop without a branch; only what is left is looked at.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hub/resolve/comparison.hpp"

namespace homeroom::resolve {

/// The rows of two records.
struct RowPair {
  const uint32_t* a = nullptr;
  const uint32_t* b = nullptr;
};

/// Compares; one for each thread, since it remembers what it has compared.
class Comparer {
 public:
  explicit Comparer(const Comparisons& comparisons);
  /// One number for each pair, in their order.
  void patterns(std::span<const RowPair> pairs, uint64_t* into);
  uint64_t pattern(const uint32_t* a, const uint32_t* b);

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

  /// Pairs that are compared together: their rows stay in the first cache.
  static constexpr uint32_t at_once = 128;
  using Levels = std::array<uint8_t, at_once>;
  /// The values of a feature, by pair.
  struct Values {
    std::array<uint32_t, at_once> a;
    std::array<uint32_t, at_once> b;
  };
  /// Some of the pairs, in their order.
  struct Chosen {
    std::array<uint8_t, at_once> pairs;
    uint32_t count = 0;

    void clear() { count = 0; }
    /// Without a branch, as nobody can foresee it.
    void add(uint32_t pair, bool is_chosen) {
      pairs[count] = static_cast<uint8_t>(pair);
      count += is_chosen;
    }
    auto begin() const { return pairs.begin(); }
    auto end() const { return pairs.begin() + count; }
  };

  void compare(uint64_t* into);
  /// Reads the values of a feature; level 1 where they are equal, 0 where one is not known; those
  /// that differ are `open_`.
  template <class Value>
  void look(uint32_t feature, Values& values, Levels& levels, Value value);
  void look(uint32_t feature, Values& values, Levels& levels);
  void put(const Levels& levels, uint8_t shift, uint64_t* into) const;

  void names(uint64_t* into);
  template <class AreOther, class Level>
  void names_at(uint32_t place, Values& names, uint8_t other, const AreOther& are_other,
                const Level& level, Levels& levels);
  void given_names(Levels& levels);
  void family_names(Levels& levels);
  void swapped_names(Levels& given, Levels& family, Levels& order);
  void middle_names(Levels& levels);
  void middle_as_first(Levels& given, Levels& middle) const;
  uint32_t given(uint32_t a, uint32_t b);
  uint32_t family(uint32_t a, uint32_t b);

  void birth_dates(uint32_t feature, Levels& levels);
  void sexes(uint32_t feature, Levels& levels);
  void sources(uint32_t feature, Levels& levels) const;
  void numbers(uint32_t feature, Levels& levels);
  void emails(uint32_t feature, Levels& levels);
  /// 1 the same, 2 near, 3 another.
  void texts(uint32_t feature, Levels& levels);
  void addresses(const Comparison& what, Levels& levels);
  void places(const Comparison& what, Levels& levels);
  std::string_view text(uint32_t feature, uint32_t id) const {
    return of_.records_.features[feature].values->text(id);
  }

  const Comparisons& of_;
  Remembered given_;
  Remembered family_;
  std::vector<Remembered> texts_;          ///< by feature
  static constexpr uint8_t nowhere = 255;  ///< shift of what is not compared
  /// Of given, middle and family name and their order: the number in a row, or none; and the shift.
  struct NamePlaces {
    uint32_t first = Records::none;
    uint32_t second = Records::none;
    uint32_t last = Records::none;
    uint8_t shift[4] = {};
  };
  NamePlaces name_places_;

  std::span<const RowPair> pairs_;  ///< those compared now
  Chosen open_;
  Chosen unsure_;
  Values values_;
  Values first_;
  Values second_;
  Values last_;
};

}  // namespace homeroom::resolve

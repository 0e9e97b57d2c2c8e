// Dates like M/D/YYYY, whose month and day have one digit or two: read without a loop.
#pragma once

#include <optional>

#include "hub/express/months.hpp"
#include "hub/record/text.hpp"

namespace homeroom::express {

/// YYYY, M or MM, D or DD in any order with a sign between them. Where they stand depends on how
/// many digits month and day have; for each of the four cases the places are known beforehand.
class LooseDate {
 public:
  /// Nothing for a format of another shape.
  static std::optional<LooseDate> of(std::string_view format) {
    LooseDate made;
    uint32_t seen = 0;
    for (auto& part : made.parts_) {
      auto size = std::min(format.find_first_not_of(format.substr(0, 1)), format.size());
      part.kind = format.starts_with('Y') ? year : format.starts_with('M') ? month : day;
      bool is_part = part.kind == year ? format.starts_with("YYYY") && size == 4
                                       : format.find_first_of("MD") == 0 && size <= 2;
      if (!is_part) return std::nullopt;
      part.is_loose = size == 1;
      seen |= 1u << part.kind;
      format.remove_prefix(size);
      bool is_last = &part == &made.parts_[2];
      if (format.empty() != is_last) return std::nullopt;
      if (is_last) break;
      part.sign = format[0];
      if (part.sign == 'Y' || part.sign == 'M' || part.sign == 'D') return std::nullopt;
      format.remove_prefix(1);
      if (format.empty()) return std::nullopt;
    }
    if (seen != 7) return std::nullopt;
    for (uint32_t narrow = 0; narrow < 4; ++narrow) made.places_[narrow] = made.place(narrow);
    return made;
  }

  bool read(const record::Text& text, int32_t& out) const {
    if (text.size < 8 || text.size > 10) return false;
    const char* s = text.prefix;  // so many letters always lie inside
    uint32_t narrow = 0, at = 0;
    for (const auto& part : parts_) {
      bool is_narrow = part.is_loose && (part.sign ? s[at + 1] == part.sign : at + 1 == text.size);
      narrow |= static_cast<uint32_t>(is_narrow) << part.kind;
      at += (part.kind == year ? 5u : 3u) - is_narrow;
    }
    const Places& p = places_[narrow];
    uint32_t bad = static_cast<uint32_t>(text.size != p.size) |
                   static_cast<uint32_t>(s[p.first_sign] != parts_[0].sign) |
                   static_cast<uint32_t>(s[p.second_sign] != parts_[1].sign);
    auto digit = [&](uint32_t i) {
      auto value = static_cast<uint32_t>(static_cast<unsigned char>(s[i] - '0'));
      bad |= value > 9;
      return value;
    };
    uint32_t y = digit(p.year) * 1000 + digit(p.year + 1u) * 100 + digit(p.year + 2u) * 10 +
                 digit(p.year + 3u);
    uint32_t m = digit(p.month) * p.month_tens + digit(p.month_ones);
    uint32_t d = digit(p.day) * p.day_tens + digit(p.day_ones);
    return bad == 0 && months.days(y, m, d, out);
  }

 private:
  enum Kind : uint8_t { month, day, year };
  struct Part {
    Kind kind = year;
    bool is_loose = false;
    char sign = 0;  ///< behind it
  };
  /// Of a part of one digit that is the first one too, which counts nothing.
  struct Places {
    uint8_t size, first_sign, second_sign, year;
    uint8_t month, month_ones, month_tens, day, day_ones, day_tens;
  };

  /// Bits of `narrow` by kind: this part has one digit.
  Places place(uint32_t narrow) const {
    Places made{};
    uint8_t at = 0;
    for (const auto& part : parts_) {
      bool is_narrow = part.kind != year && (narrow >> part.kind & 1) != 0;
      auto ones = static_cast<uint8_t>(at + (is_narrow ? 0 : 1));
      auto tens = static_cast<uint8_t>(is_narrow ? 0 : 10);
      if (part.kind == year) made.year = at;
      if (part.kind == month) made.month = at, made.month_ones = ones, made.month_tens = tens;
      if (part.kind == day) made.day = at, made.day_ones = ones, made.day_tens = tens;
      at = static_cast<uint8_t>(at + (part.kind == year ? 4 : is_narrow ? 1 : 2));
      if (&part == &parts_[0]) made.first_sign = at;
      if (&part == &parts_[1]) made.second_sign = at;
      ++at;
    }
    made.size = static_cast<uint8_t>(at - 1);
    return made;
  }

  Part parts_[3];
  Places places_[4];
};

}  // namespace homeroom::express

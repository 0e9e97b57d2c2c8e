// Dates of ten letters with year, month and day at fixed places: read without a loop.
#pragma once

#include <optional>

#include "hub/express/months.hpp"
#include "hub/record/text.hpp"

namespace homeroom::express {

/// Where YYYY, MM, DD and two signs stand in a format like MM/DD/YYYY.
struct FixedDate {
  uint8_t year, month, day;
  uint8_t first_sign, second_sign;
  char first, second;

  /// Nothing for a format of another shape.
  static std::optional<FixedDate> of(std::string_view format) {
    auto year = format.find("YYYY"), month = format.find("MM"), day = format.find("DD");
    auto first = format.find_first_not_of("YMD"), second = format.find_last_not_of("YMD");
    auto last = std::string_view::npos;
    bool is_shape = format.size() == 10 && year != last && month != last && day != last &&
                    first != last && first != second;
    if (!is_shape) return std::nullopt;
    return FixedDate{static_cast<uint8_t>(year),
                     static_cast<uint8_t>(month),
                     static_cast<uint8_t>(day),
                     static_cast<uint8_t>(first),
                     static_cast<uint8_t>(second),
                     format[first],
                     format[second]};
  }

  bool is_iso() const { return year == 0 && month == 5 && first == '-' && second == '-'; }

  bool read(const record::Text& text, int32_t& out) const {
    if (text.size != 10) return false;
    const char* s = text.prefix;  // ten letters always lie inside
    uint32_t bad = static_cast<uint32_t>(s[first_sign] != first) |
                   static_cast<uint32_t>(s[second_sign] != second);
    auto digit = [&](uint32_t i) {
      auto value = static_cast<uint32_t>(static_cast<unsigned char>(s[i] - '0'));
      bad |= value > 9;
      return value;
    };
    uint32_t y =
        digit(year) * 1000 + digit(year + 1u) * 100 + digit(year + 2u) * 10 + digit(year + 3u);
    uint32_t m = digit(month) * 10 + digit(month + 1u);
    uint32_t d = digit(day) * 10 + digit(day + 1u);
    return bad == 0 && months.days(y, m, d, out);
  }
};

/// Reads exactly YYYY-MM-DD.
inline bool read_iso(const record::Text& text, int32_t& out) {
  constexpr FixedDate iso{0, 5, 8, 4, 7, '-', '-'};
  return iso.read(text, out);
}

}  // namespace homeroom::express

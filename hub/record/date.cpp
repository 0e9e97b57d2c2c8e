#include "hub/record/date.hpp"

#include <array>
#include <cstring>

namespace homeroom::record {

namespace {

bool is_leap(int32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

uint32_t last_day(int32_t year, uint32_t month) {
  static constexpr uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

std::optional<uint32_t> digits(std::string_view text) {
  uint32_t value = 0;
  for (char letter : text) {
    if (letter < '0' || letter > '9') return std::nullopt;
    value = value * 10 + static_cast<uint32_t>(letter - '0');
  }
  return value;
}

}  // namespace

// Howard Hinnant's days_from_civil: years are counted from March, so the leap day comes last.
std::optional<int32_t> days_of(int32_t year, uint32_t month, uint32_t day) {
  if (month < 1 || month > 12 || day < 1 || day > last_day(year, month)) return std::nullopt;
  int64_t y = month <= 2 ? int64_t{year} - 1 : year;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  auto year_of_era = static_cast<uint32_t>(y - era * 400);
  uint32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  uint32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return static_cast<int32_t>(era * 146097 + day_of_era - 719468);
}

// Cassio Neri's and Lorenz Schneider's Euclidean affine functions: a division of a year or a month
// by its length is a multiplication whose high half is the quotient and whose low half tells the
// rest.
YearMonthDay civil(int32_t days) {
  constexpr int64_t eras = 14700,
                    days_of_era = 146097;  // so many before year 0 that all is positive
  auto quarters = static_cast<uint64_t>(4 * (days + int64_t{719468} + eras * days_of_era) + 3);
  auto century = static_cast<uint32_t>(quarters / days_of_era);
  auto day_of_century = static_cast<uint32_t>(quarters % days_of_era / 4);
  uint64_t years = uint64_t{2939745} * (4 * day_of_century + 3);
  auto year_of_century = static_cast<uint32_t>(years >> 32);
  uint32_t day_of_year = static_cast<uint32_t>(years) / 2939745 / 4;
  uint32_t months = 2141 * day_of_year + 197913;
  uint32_t month = months >> 16, day = (months & 0xffff) / 2141;
  bool is_next_year = day_of_year >= 306;  // January and February
  auto year =
      static_cast<int32_t>(100 * century + year_of_century) - static_cast<int32_t>(400 * eras);
  return {year + is_next_year, is_next_year ? month - 12 : month, day + 1};
}

std::optional<int32_t> parse_iso_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto year = digits(text.substr(0, 4));
  auto month = digits(text.substr(5, 2));
  auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return days_of(static_cast<int32_t>(*year), *month, *day);
}

void write_iso_date(int32_t days, char* out) {
  static constexpr auto pairs = [] {
    std::array<char, 200> made{};
    for (std::size_t i = 0; i < 100; ++i) {
      made[2 * i] = static_cast<char>('0' + i / 10);
      made[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return made;
  }();
  auto put = [&](int at, uint32_t two) {
    std::memcpy(out + at, pairs.data() + std::size_t{2} * two, 2);
  };
  auto date = civil(days);
  auto year = static_cast<uint32_t>(date.year);
  put(0, year / 100 % 100);
  put(2, year % 100);
  out[4] = '-';
  put(5, date.month);
  out[7] = '-';
  put(8, date.day);
}

std::string iso_date(int32_t days) {
  std::string text(10, '0');
  write_iso_date(days, text.data());
  return text;
}

}  // namespace homeroom::record

#include "hub/record/date.hpp"

namespace homeroom::record {

namespace {

bool is_leap(int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

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
  int32_t y = month <= 2 ? year - 1 : year;
  int32_t era = (y >= 0 ? y : y - 399) / 400;
  auto year_of_era = static_cast<uint32_t>(y - era * 400);
  uint32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  uint32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<int32_t>(day_of_era) - 719468;
}

YearMonthDay civil(int32_t days) {
  int32_t z = days + 719468;
  int32_t era = (z >= 0 ? z : z - 146096) / 146097;
  auto day_of_era = static_cast<uint32_t>(z - era * 146097);
  uint32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  uint32_t shifted = (5 * day_of_year + 2) / 153;
  uint32_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  uint32_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  int32_t year = static_cast<int32_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
  return {year, month, day};
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
  auto date = civil(days);
  auto put = [&](int at, uint32_t value, int width) {
    for (int i = width - 1; i >= 0; --i, value /= 10) out[at + i] = static_cast<char>('0' + value % 10);
  };
  put(0, static_cast<uint32_t>(date.year), 4);
  out[4] = '-';
  put(5, date.month, 2);
  out[7] = '-';
  put(8, date.day, 2);
}

std::string iso_date(int32_t days) {
  std::string text(10, '0');
  write_iso_date(days, text.data());
  return text;
}

}  // namespace homeroom::record

// Dates of the proleptic Gregorian calendar as days since 1970-01-01, and their ISO text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace homeroom::record {

struct YearMonthDay {
  int32_t year;
  uint32_t month;
  uint32_t day;
};

/// Days since 1970-01-01, or nothing if there is no such day.
std::optional<int32_t> days_of(int32_t year, uint32_t month, uint32_t day);
YearMonthDay civil(int32_t days);

/// Reads exactly YYYY-MM-DD.
std::optional<int32_t> parse_iso_date(std::string_view text);
std::string iso_date(int32_t days);
/// Writes ten letters, YYYY-MM-DD, at `out`. Years 0 to 9999.
void write_iso_date(int32_t days, char* out);

}  // namespace homeroom::record

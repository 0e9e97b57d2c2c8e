// Values: what people write in a column, brought to one spelling by what the column tells.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace homeroom::resolve {

struct AddressParts {
  std::string number;
  std::string street;
  std::string unit;
};

/// "952 Ninth Way, Apt 11": the house number, the street with the usual short words, the unit.
void read_address(std::string_view line, AddressParts& into);

/// "YYYYMMDD" of a date written YYYY-MM-DD or YYYYMMDD, perhaps with a time behind it; else empty.
std::string normal_birth_date(std::string_view text);
/// A date that stands in the calendar.
bool is_possible_date(std::string_view normal);

/// The last ten digits; empty for fewer than seven, or for one digit again and again.
std::string normal_telephone(std::string_view text);
/// Small letters without blanks; empty without an @ inside.
std::string normal_email(std::string_view text);
/// Capital letters and digits only; empty for one sign again and again ("000000000", "N/A" stays
/// "NA").
std::string normal_identifier(std::string_view text);
/// "M", "F", "X", or empty.
std::string normal_sex(std::string_view text);
/// Words in small letters with single blanks.
std::string normal_words(std::string_view text);

}  // namespace homeroom::resolve

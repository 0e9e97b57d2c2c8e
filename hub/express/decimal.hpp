// Exact decimals of up to 38 digits: units / 10^scale. Nothing here rounds but divide() and
// rounded().
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hub/record/column.hpp"

namespace homeroom::express {

using record::Decimal;

/// Digits with an optional sign and point. At most 28 digits, 18 behind the point.
std::optional<Decimal> parse_decimal(std::string_view text);
std::string decimal_text(const Decimal& value);
int order(const Decimal& a, const Decimal& b);

// Nothing when the result has too many digits.
std::optional<Decimal> add(const Decimal& a, const Decimal& b);
std::optional<Decimal> subtract(const Decimal& a, const Decimal& b);
std::optional<Decimal> multiply(const Decimal& a, const Decimal& b);
/// Rounded half away from zero to six places, or the places of `a` if it has more. `b` is not zero.
std::optional<Decimal> divide(const Decimal& a, const Decimal& b);

/// The remainder of a division cut towards zero: it has the sign of `a`. `b` is not zero.
std::optional<Decimal> remainder(const Decimal& a, const Decimal& b);
/// Rounded half away from zero to 0 to 18 places; a number with fewer places stays as it is.
Decimal rounded(const Decimal& value, int32_t places);
/// The whole number at or below / at or above.
__int128 floor_of(const Decimal& value);
__int128 ceiling_of(const Decimal& value);

}  // namespace homeroom::express

#include "hub/express/decimal.hpp"

#include <algorithm>

namespace homeroom::express {

namespace {

constexpr int most_digits = 28;
constexpr int32_t most_scale = 18;

/// units * 10^places, or nothing on overflow.
std::optional<__int128> shifted(__int128 units, int32_t places) {
  for (; places > 0; --places)
    if (__builtin_mul_overflow(units, static_cast<__int128>(10), &units)) return std::nullopt;
  return units;
}

// Trailing zeros are cut, so that 0.5 * 0.5 * ... does not run out of places by zeros alone.
std::optional<Decimal> fitted(__int128 units, int32_t scale) {
  while (scale > most_scale && units % 10 == 0) {
    units /= 10;
    --scale;
  }
  if (scale > most_scale) return std::nullopt;
  return Decimal{units, scale};
}

template <class F>
std::optional<Decimal> aligned(const Decimal& a, const Decimal& b, F f) {
  int32_t scale = std::max(a.scale, b.scale);
  auto left = shifted(a.units, scale - a.scale);
  auto right = shifted(b.units, scale - b.scale);
  __int128 units;
  if (!left || !right || f(*left, *right, &units)) return std::nullopt;
  return Decimal{units, scale};
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  bool is_negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  Decimal value{0, 0};
  int digits = 0;
  bool has_point = false;
  for (char c : text) {
    if (c == '.' && !has_point && digits > 0) {
      has_point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > most_digits) return std::nullopt;
    value.units = value.units * 10 + (c - '0');
    value.scale += has_point;
  }
  bool ends_in_point = !text.empty() && text.back() == '.';
  if (digits == 0 || ends_in_point || value.scale > most_scale) return std::nullopt;
  if (is_negative) value.units = -value.units;
  return value;
}

std::string decimal_text(const Decimal& value) {
  auto rest = value.units < 0 ? -static_cast<unsigned __int128>(value.units)
                              : static_cast<unsigned __int128>(value.units);
  std::string text;
  for (int32_t place = 0; rest != 0 || place <= value.scale; ++place) {
    if (place == value.scale && place > 0) text += '.';
    text += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (value.units < 0) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

int order(const Decimal& a, const Decimal& b) {
  int32_t scale = std::max(a.scale, b.scale);
  auto left = shifted(a.units, scale - a.scale);
  auto right = shifted(b.units, scale - b.scale);
  // One that does not fit is larger in size than any that does; only one of them was shifted.
  if (!left) return a.units < 0 ? -1 : 1;
  if (!right) return b.units < 0 ? 1 : -1;
  return (*left > *right) - (*left < *right);
}

std::optional<Decimal> add(const Decimal& a, const Decimal& b) {
  return aligned(a, b, [](__int128 x, __int128 y, __int128* out) {
    return __builtin_add_overflow(x, y, out);
  });
}
std::optional<Decimal> subtract(const Decimal& a, const Decimal& b) {
  return aligned(a, b, [](__int128 x, __int128 y, __int128* out) {
    return __builtin_sub_overflow(x, y, out);
  });
}
std::optional<Decimal> multiply(const Decimal& a, const Decimal& b) {
  __int128 units;
  if (__builtin_mul_overflow(a.units, b.units, &units)) return std::nullopt;
  return fitted(units, a.scale + b.scale);
}
std::optional<Decimal> divide(const Decimal& a, const Decimal& b) {
  int32_t places = std::max(a.scale, 6);
  // a / b = (a.units * 10^(places + b.scale - a.scale)) / b.units, in 10^-places.
  auto top = shifted(a.units, places + b.scale - a.scale);
  if (!top) return std::nullopt;
  __int128 units = *top / b.units;
  __int128 rest = *top % b.units;
  auto size = [](__int128 x) { return x < 0 ? -x : x; };
  if (size(rest) >= size(b.units) - size(rest)) units += (*top < 0) == (b.units < 0) ? 1 : -1;
  return Decimal{units, places};
}

std::optional<Decimal> remainder(const Decimal& a, const Decimal& b) {
  return aligned(a, b, [](__int128 x, __int128 y, __int128* out) {
    *out = y == -1 ? 0 : x % y;
    return false;
  });
}

Decimal rounded(const Decimal& value, int32_t places) {
  if (value.scale <= places) return value;
  __int128 unit = 1;
  for (int32_t place = places; place < value.scale; ++place) unit *= 10;
  __int128 rest = value.units % unit;
  __int128 units = value.units / unit;
  if ((rest < 0 ? -rest : rest) >= unit / 2) units += rest < 0 ? -1 : 1;
  return {units, places};
}

__int128 floor_of(const Decimal& value) {
  __int128 unit = 1;
  for (int32_t place = 0; place < value.scale; ++place) unit *= 10;
  return value.units / unit - (value.units % unit < 0);
}
__int128 ceiling_of(const Decimal& value) {
  return -floor_of({-value.units, value.scale});
}

}  // namespace homeroom::express

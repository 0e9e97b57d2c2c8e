// Integers and decimals: reading them from text, writing them, arithmetic.
#include <cstdio>

#include "hub/express/decimal.hpp"
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/months.hpp"
#include "hub/record/date.hpp"

namespace homeroom::express {

namespace {

constexpr const char* too_large = "number too large";
constexpr const char* divided_by_zero = "divided by zero";

const char* read_integer(const Text& text, int64_t& out) {
  const char* at = text.data();
  const char* end = at + text.size;
  bool is_negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) ++at;
  if (at == end) return "not an integer";
  for (; at < end; ++at) {
    if (!is_digit(*at)) return "not an integer";
    int64_t digit = *at - '0';
    if (__builtin_mul_overflow(out, int64_t{10}, &out) ||
        __builtin_sub_overflow(out, digit, &out))  // counted downwards: the least integer fits
      return too_large;
  }
  if (!is_negative && __builtin_sub_overflow(int64_t{0}, out, &out)) return too_large;
  return nullptr;
}

const char* read_decimal(const Text& text, Decimal& out) {
  auto read = parse_decimal(text.view());
  if (!read) return "not a decimal number";
  out = *read;
  return nullptr;
}

/// Which letter parts thousands: integer('1,234', ',').
struct Thousands : Prepared {
  char sign = ',';
};
std::shared_ptr<const Prepared> thousands(const Preparing& preparing) {
  auto made = std::make_shared<Thousands>();
  const std::string& sign = preparing.word(0);
  bool is_known = sign == "," || sign == " " || sign == "_" || sign == "'";
  if (!is_known) throw std::string("thousands are parted by a comma, a space, _ or an apostrophe");
  made->sign = sign[0];
  return made;
}

constexpr uint32_t longest_number = 64;
/// The number without the signs between its thousands, in `bytes`; empty unless each stands before
/// three digits and behind one to three.
std::string_view without_thousands(std::string_view text, char sign, char* bytes) {
  if (text.size() > longest_number) return {};
  size_t size = 0, digits = 0;
  bool has_sign = false, is_whole = true;
  for (char c : text) {
    if (c == sign && is_whole) {
      if (digits == 0 || digits > 3 || (has_sign && digits != 3)) return {};
      has_sign = true;
      digits = 0;
      continue;
    }
    if (c == '.' && has_sign && digits != 3) return {};
    is_whole &= c != '.';
    digits += is_digit(c) && is_whole;
    bytes[size++] = c;
  }
  bool is_cut = has_sign && is_whole && digits != 3;
  return is_cut ? std::string_view() : std::string_view(bytes, size);
}

template <class T, class Read>
Column parted(Call& call, Type type, Read read) {
  char sign = call.prepared<Thousands>().sign;
  return read_one<Text, T>(call, type, [&](const Text& text, T& out) {
    char bytes[longest_number + record::readable_behind];
    return read(record::text(without_thousands(text.view(), sign, bytes)), out);
  });
}

template <class T, bool (*over)(T, T, T*)>
const char* checked(T a, T b, T& out) {
  return over(a, b, &out) ? too_large : nullptr;
}
bool add_over(int64_t a, int64_t b, int64_t* out) {
  return __builtin_add_overflow(a, b, out);
}
bool subtract_over(int64_t a, int64_t b, int64_t* out) {
  return __builtin_sub_overflow(a, b, out);
}
bool divide_over(int64_t a, int64_t b, int64_t* out) {
  if (b == -1) return __builtin_sub_overflow(int64_t{0}, a, out);
  *out = a / b;
  return false;
}
bool remainder_over(int64_t a, int64_t b, int64_t* out) {
  *out = b == -1 ? 0 : a % b;
  return false;
}
bool multiply_over(int64_t a, int64_t b, int64_t* out) {
  return __builtin_mul_overflow(a, b, out);
}

template <bool (*over)(int64_t, int64_t, int64_t*)>
Column integers(Call& call) {
  return read_two<int64_t, int64_t, int64_t>(call, Type::integer, checked<int64_t, over>);
}

template <bool (*over)(int64_t, int64_t, int64_t*)>
Column divided(Call& call) {
  return read_two<int64_t, int64_t, int64_t>(
      call, Type::integer, [](int64_t a, int64_t b, int64_t& out) {
        return b == 0 ? divided_by_zero : checked<int64_t, over>(a, b, out);
      });
}

template <std::optional<Decimal> (*work)(const Decimal&, const Decimal&)>
Column decimals(Call& call) {
  return read_two<Decimal, Decimal, Decimal>(
      call, Type::decimal, [](const Decimal& a, const Decimal& b, Decimal& out) -> const char* {
        if ((work == divide || work == remainder) && b.units == 0) return divided_by_zero;
        auto result = work(a, b);
        if (!result) return too_large;
        out = *result;
        return nullptr;
      });
}

const char* moved(int32_t days, int64_t by, int32_t& out) {
  int64_t sum;
  if (__builtin_add_overflow(int64_t{days}, by, &sum) || !is_in_calendar(sum))
    return "not a date of the years 0 to 9999";
  out = static_cast<int32_t>(sum);
  return nullptr;
}
Column date_plus(Call& call) {
  return read_two<int32_t, int64_t, int32_t>(call, Type::date, moved);
}
Column date_minus(Call& call) {
  return read_two<int32_t, int64_t, int32_t>(call, Type::date,
                                             [](int32_t days, int64_t by, int32_t& out) {
                                               int64_t back;
                                               if (__builtin_sub_overflow(int64_t{0}, by, &back))
                                                 return too_large;
                                               return moved(days, back, out);
                                             });
}
Column days_between(Call& call) {
  return map_two<int32_t, int32_t, int64_t>(
      call, Type::integer, [](int32_t a, int32_t b) { return int64_t{a} - int64_t{b}; });
}

Column integer_of_text(Call& call) {
  return read_one<Text, int64_t>(call, Type::integer, read_integer);
}
Column decimal_of_text(Call& call) {
  return read_one<Text, Decimal>(call, Type::decimal, read_decimal);
}
Column parted_integer(Call& call) {
  return parted<int64_t>(call, Type::integer, read_integer);
}
Column parted_decimal(Call& call) {
  return parted<Decimal>(call, Type::decimal, read_decimal);
}

const char* as_integer(__int128 number, int64_t& out) {
  if (number > INT64_MAX || number < INT64_MIN) return too_large;
  out = static_cast<int64_t>(number);
  return nullptr;
}
template <__int128 (*whole)(const Decimal&)>
Column whole_number(Call& call) {
  return read_one<Decimal, int64_t>(call, Type::integer, [](const Decimal& value, int64_t& out) {
    return as_integer(whole(value), out);
  });
}
Column integer_of_decimal(Call& call) {
  return read_one<Decimal, int64_t>(call, Type::integer, [](const Decimal& value, int64_t& out) {
    __int128 number = floor_of(value);
    return number == ceiling_of(value) ? as_integer(number, out) : "not a whole number";
  });
}

struct Places : Prepared {
  int32_t count = 0;
};
std::shared_ptr<const Prepared> places(const Preparing& preparing) {
  auto made = std::make_shared<Places>();
  int64_t count = preparing.words.empty() ? 0 : preparing.number(0);
  if (count < 0 || count > 18) throw std::string("rounded to 0 to 18 places");
  made->count = static_cast<int32_t>(count);
  return made;
}
Column round_kernel(Call& call) {
  int32_t count = call.prepared<Places>().count;
  return map_one<Decimal, Decimal>(call, Type::decimal,
                                   [&](const Decimal& value) { return rounded(value, count); });
}

Column abs_of_integer(Call& call) {
  return read_one<int64_t, int64_t>(call, Type::integer, [](int64_t value, int64_t& out) {
    out = value;
    return value < 0 && subtract_over(0, value, &out) ? too_large : nullptr;
  });
}
Column abs_of_decimal(Call& call) {
  return map_one<Decimal, Decimal>(call, Type::decimal, [](const Decimal& value) {
    return Decimal{value.units < 0 ? -value.units : value.units, value.scale};
  });
}

Column text_of_integer(Call& call) {
  return map_one<int64_t, Text>(call, Type::text, [&](int64_t value) {
    char digits[24];
    int size = std::snprintf(digits, sizeof digits, "%lld", static_cast<long long>(value));
    return made(call, {digits, static_cast<size_t>(size)});
  });
}
Column text_of_decimal(Call& call) {
  return map_one<Decimal, Text>(
      call, Type::text, [&](const Decimal& value) { return made(call, decimal_text(value)); });
}
}  // namespace

Column decimal_of_integer(Call& call) {
  return map_one<int64_t, Decimal>(call, Type::decimal, [](int64_t value) {
    return Decimal{value, 0};
  });
}

Kernel arithmetic(const std::string& sign, Type left, Type right, Type& gives) {
  gives = left;
  if (left == Type::date && right == Type::integer) {
    if (sign == "+") return date_plus;
    if (sign == "-") return date_minus;
  }
  if (left == Type::date && right == Type::date && sign == "-") {
    gives = Type::integer;
    return days_between;
  }
  if (left != right) return nullptr;
  if (left == Type::integer && sign != "/") {
    if (sign == "+") return integers<add_over>;
    if (sign == "%") return divided<remainder_over>;
    if (sign == "//") return divided<divide_over>;
    return sign == "-" ? integers<subtract_over> : integers<multiply_over>;
  }
  if (left != Type::decimal || sign == "//") return nullptr;
  if (sign == "%") return decimals<remainder>;
  if (sign == "+") return decimals<add>;
  if (sign == "-") return decimals<subtract>;
  return sign == "*" ? decimals<multiply> : decimals<divide>;
}

std::vector<Function> number_functions() {
  return {
      define("integer(text) -> integer",
             "Reads a whole number of up to 64 bits: digits with an optional sign.", {a_text},
             Type::integer, integer_of_text, {{"integer('0042')", "42"}, {"integer('-7')", "-7"}})
          .faults(),
      define("integer(text, separator) -> integer",
             "The same with a sign between thousands; a number without it is read too.",
             {a_text, a_word}, Type::integer, parted_integer,
             {{"integer('1,234,567', ',')", "1234567"}, {"integer('12', ',')", "12"}})
          .faults()
          .prepared_by(thousands),
      define("integer(decimal) -> integer", "The same number; one with a fraction is a fault.",
             {a_decimal}, Type::integer, integer_of_decimal, {{"integer(3.00)", "3"}})
          .faults(),
      define("int(text) -> integer", "Another word for integer.", {a_text}, Type::integer,
             integer_of_text, {{"int('0042')", "42"}})
          .faults(),
      define("decimal(text) -> decimal",
             "Reads an exact number: up to 28 digits, 18 of them behind the point.", {a_text},
             Type::decimal, decimal_of_text, {{"decimal('3.50')", "3.50"}})
          .faults(),
      define("decimal(text, separator) -> decimal", "The same with a sign between thousands.",
             {a_text, a_word}, Type::decimal, parted_decimal,
             {{"decimal('1,234.50', ',')", "1234.50"}})
          .faults()
          .prepared_by(thousands),
      define("decimal(integer) -> decimal", "The same number as a decimal.", {an_integer},
             Type::decimal, decimal_of_integer, {{"decimal(3)", "3"}}),
      define("round(decimal, places) -> decimal",
             "Rounded, halves away from zero, to places behind the point (none if not said).",
             {a_decimal, a_written_integer}, Type::decimal, round_kernel,
             {{"round(2.345, 2)", "2.35"}, {"round(-2.5)", "-3"}})
          .needs(1)
          .prepared_by(places),
      define("floor(decimal) -> integer", "The whole number at or below.", {a_decimal},
             Type::integer, whole_number<floor_of>, {{"floor(-2.5)", "-3"}})
          .faults(),
      define("ceil(decimal) -> integer", "The whole number at or above.", {a_decimal},
             Type::integer, whole_number<ceiling_of>, {{"ceil(2.1)", "3"}})
          .faults(),
      define("abs(integer) -> integer", "Without its sign.", {an_integer}, Type::integer,
             abs_of_integer, {{"abs(-7)", "7"}})
          .faults(),
      define("abs(decimal) -> decimal", "Without its sign.", {a_decimal}, Type::decimal,
             abs_of_decimal, {{"abs(-7.5)", "7.5"}}),
      define(
          "mod(a, b) -> integer",
          "What is left of a division, with the sign of a; also written a % b. By zero is a fault "
          "(in DuckDB null).",
          {an_integer, an_integer}, Type::integer, divided<remainder_over>,
          {{"mod(7, 3)", "1"}, {"mod(-7, 3)", "-1"}, {"7 % 3 = mod(7, 3)", "true"}})
          .faults(),
      define("text(integer) -> text", "Writes the number in digits.", {an_integer}, Type::text,
             text_of_integer, {{"text(42)", "\"42\""}}),
      define("text(decimal) -> text", "Writes the number with all its places.", {a_decimal},
             Type::text, text_of_decimal, {{"text(1.50)", "\"1.50\""}}),
  };
}

}  // namespace homeroom::express

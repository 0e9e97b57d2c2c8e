// Integers, decimals and truth values: reading them from text, writing them, arithmetic.
#include <cstdio>

#include "hub/express/decimal.hpp"
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
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

const char* read_boolean(const Text& text, uint8_t& out) {
  if (text.size == 0 || text.size > 5) return "not a yes or no";
  char lower[5];
  for (uint32_t i = 0; i < text.size; ++i) {
    char c = text.data()[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  std::string_view word(lower, text.size);
  out = word == "true" || word == "1" || word == "y" || word == "yes" || word == "t";
  bool is_no = word == "false" || word == "0" || word == "n" || word == "no" || word == "f";
  return out || is_no ? nullptr : "not a yes or no";
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
bool multiply_over(int64_t a, int64_t b, int64_t* out) {
  return __builtin_mul_overflow(a, b, out);
}

template <bool (*over)(int64_t, int64_t, int64_t*)>
Column integers(Call& call) {
  return read_two<int64_t, int64_t, int64_t>(call, Type::integer, checked<int64_t, over>);
}

template <std::optional<Decimal> (*work)(const Decimal&, const Decimal&)>
Column decimals(Call& call) {
  return read_two<Decimal, Decimal, Decimal>(
      call, Type::decimal, [](const Decimal& a, const Decimal& b, Decimal& out) -> const char* {
        if (work == divide && b.units == 0) return divided_by_zero;
        auto result = work(a, b);
        if (!result) return too_large;
        out = *result;
        return nullptr;
      });
}

const char* moved(int32_t days, int64_t by, int32_t& out) {
  constexpr int64_t last = 2932896;   // 9999-12-31
  constexpr int64_t first = -719528;  // 0000-01-01
  int64_t sum;
  if (__builtin_add_overflow(int64_t{days}, by, &sum) || sum < first || sum > last)
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
Column boolean_of_text(Call& call) {
  return read_one<Text, uint8_t>(call, Type::boolean, read_boolean);
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
Column text_of_boolean(Call& call) {
  return map_one<uint8_t, Text>(
      call, Type::text, [](uint8_t value) { return record::text(value ? "true" : "false"); });
}
Column text_of_text(Call& call) {
  return call.args[0];
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
    return sign == "-" ? integers<subtract_over> : integers<multiply_over>;
  }
  if (left != Type::decimal) return nullptr;
  if (sign == "+") return decimals<add>;
  if (sign == "-") return decimals<subtract>;
  return sign == "*" ? decimals<multiply> : decimals<divide>;
}

std::vector<Function> number_functions() {
  constexpr Takes a_decimal{Type::decimal, false};
  constexpr Takes a_boolean{Type::boolean, false};
  constexpr const char* read_whole = "Reads a whole number; also written int.";
  constexpr const char* read_yes = "Reads true, false, 1, 0, Y, N, yes, no, t, f in any case.";
  return {
      define("integer(text) -> integer", read_whole, {a_text}, Type::integer, integer_of_text,
             {{"integer('0042')", "42"}, {"integer('-7')", "-7"}})
          .faults(),
      define("int(text) -> integer", "Another word for integer.", {a_text}, Type::integer,
             integer_of_text, {{"int('0042')", "42"}})
          .faults(),
      define("decimal(text) -> decimal", "Reads an exact number.", {a_text}, Type::decimal,
             decimal_of_text, {{"decimal('3.50')", "3.50"}})
          .faults(),
      define("decimal(integer) -> decimal", "The same number as a decimal.", {an_integer},
             Type::decimal, decimal_of_integer, {{"decimal(3)", "3"}}),
      define("bool(text) -> boolean", read_yes, {a_text}, Type::boolean, boolean_of_text,
             {{"bool('Y')", "true"}, {"bool('false')", "false"}})
          .faults(),
      define("boolean(text) -> boolean", "Another word for bool.", {a_text}, Type::boolean,
             boolean_of_text, {{"boolean('no')", "false"}})
          .faults(),
      define("text(text) -> text", "The text itself.", {a_text}, Type::text, text_of_text,
             {{"text('a')", "\"a\""}}),
      define("text(integer) -> text", "Writes the number in digits.", {an_integer}, Type::text,
             text_of_integer, {{"text(42)", "\"42\""}}),
      define("text(decimal) -> text", "Writes the number with all its places.", {a_decimal},
             Type::text, text_of_decimal, {{"text(1.50)", "\"1.50\""}}),
      define("text(boolean) -> text", "Writes true or false.", {a_boolean}, Type::text,
             text_of_boolean, {{"text(1 = 1)", "\"true\""}}),
  };
}

}  // namespace homeroom::express

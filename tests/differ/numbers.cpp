// Generated numbers: counting, reading, exact arithmetic.
#include <algorithm>

#include "tests/differ/expressions.hpp"

namespace homeroom::differ {

Piece Expressions::integer(int depth) {
  switch (random_.below(7)) {
    case 0:
    case 1:
    case 2: {
      Piece a = make(Type::integer, depth - 1), b = make(Type::integer, depth - 1);
      char sign = "+-*"[random_.below(3)];
      intend("overflow");
      auto overflows = sql_.overflows(a.value, sign, b.value);
      return piece(Type::integer, "(" + a.ours + ' ' + sign + ' ' + b.ours + ")",
                   sql_.arithmetic(a.value, sign, b.value), {&a, &b},
                   "coalesce(" + overflows + ", " + sql_.boolean(false) + ")");
    }
    case 3: {
      Piece a = make(Type::text, depth - 1);
      return piece(Type::integer, "length(" + a.ours + ")", sql_.length(a.value), {&a});
    }
    case 4: {  // digits beyond 64 bits: compared as text, without their zeros
      Piece a = make(Type::text, depth - 1);
      intend("fault");
      std::string digits = "case when substr(x, 1, 1) in ('-', '+') then substr(x, 2) else x end";
      std::string bare = "ltrim(" + digits + ", '0')";
      std::string most =
          "case when substr(x, 1, 1) = '-' then '9223372036854775808' else '9223372036854775807' "
          "end";
      std::string bad = "x is not null and (not " + sql_.only_digits("(" + digits + ")") +
                        " or length(" + bare + ") > 19 or (length(" + bare + ") = 19 and " + bare +
                        " > " + most + "))";
      auto word = random_.once_in(3) ? "int(" : "integer(";
      return piece(Type::integer, word + a.ours + ")", with(a.value, sql_.as_integer("x")), {&a},
                   with(a.value, bad));
    }
    case 5:
      return counted(depth);
    default: {
      Piece a = make(Type::date, depth - 1), b = make(Type::date, depth - 1);
      return piece(Type::integer, "(" + a.ours + " - " + b.ours + ")",
                   sql_.days_between(a.value, b.value), {&a, &b});
    }
  }
}

Piece Expressions::counted(int depth) {
  if (random_.once_in(4)) {
    Piece a = make(Type::list, depth - 1);
    if (random_.once_in(3))
      return piece(
          Type::integer, "list_sum(" + a.ours + ", y -> length(y))",
          "(select cast(sum(length(item)) as bigint) from (" + sql_.values(a.value) + ") as mine)",
          {&a});
    return piece(Type::integer, "count(" + a.ours + ")", sql_.count(a.value), {&a});
  }
  Piece a = make(Type::date, depth - 1);
  auto year = sql_.part("year", a.value), month = sql_.part("month", a.value);
  switch (random_.below(4)) {
    case 0:
      return piece(Type::integer, "year(" + a.ours + ")", year, {&a});
    case 1:
      return piece(Type::integer, "month(" + a.ours + ")", month, {&a});
    case 2:
      return piece(Type::integer, "school_year_of(" + a.ours + ")",
                   "(" + year + " + case when " + month + " >= 7 then 1 else 0 end)", {&a});
    default: {
      Piece b = make(Type::date, depth - 1);
      return piece(Type::integer, "age(" + a.ours + ", " + b.ours + ")",
                   "(" + sql_.part("year", b.value) + " - " + year + " - case when substr(" +
                       b.value + ", 6) < substr(" + a.value + ", 6) then 1 else 0 end)",
                   {&a, &b});
    }
  }
}

Piece Expressions::decimal(int depth) {
  if (random_.once_in(4)) return quotient(depth);
  Piece a = make(Type::decimal, depth - 1), b = make(Type::decimal, depth - 1);
  bool is_product = random_.once_in(3) && a.digits + b.digits <= 17 && a.scale + b.scale <= 6;
  if (!is_product) align(a, b);
  if (a.digits > 17 || b.digits > 17) return leaf(Type::decimal);
  char sign = is_product ? '*' : "+-"[random_.below(2)];
  auto made = piece(Type::decimal, "(" + a.ours + ' ' + sign + ' ' + b.ours + ")",
                    "(" + a.value + ' ' + sign + ' ' + b.value + ")", {&a, &b});
  made.scale = is_product ? a.scale + b.scale : a.scale;
  made.digits = is_product ? a.digits + b.digits : std::max(a.digits, b.digits) + 1;
  made.is_plain =
      is_product ? a.is_plain && b.is_plain : false;  // the wider of the two scales is the sum's
  return made;
}

/// To six places, the half away from zero.
Piece Expressions::quotient(int depth) {
  Piece a = random_.once_in(2) ? make(Type::decimal, depth - 1) : leaf(Type::decimal);
  Piece b = make(Type::decimal, depth - 1);
  if (a.scale > 6 || b.scale > 6 || a.digits + 6 + b.scale - a.scale > 17 || b.digits > 17) {
    a = leaf(Type::decimal);
    b = literal(Type::decimal);
  }
  intend("division");
  std::string factor = "1" + std::string(static_cast<std::size_t>(6 + b.scale - a.scale), '0');
  auto top = "(" + a.value + " * " + sql_.integer(factor) + ")";
  auto whole = sql_.divided(top, b.value);
  auto up = "case when abs(" + top + " % " + b.value + ") * 2 >= abs(" + b.value +
            ") then case when (" + top + " < 0) = (" + b.value +
            " < 0) then 1 else -1 end else 0 end";
  auto made = piece(
      Type::decimal, "(" + a.ours + " / " + b.ours + ")",
      "(case when " + b.value + " <> 0 then " + whole + " + " + up + " end)", {&a, &b},
      "coalesce(" + b.value + " = 0 and " + a.value + " is not null, " + sql_.boolean(false) + ")");
  made.scale = 6;
  made.digits = a.digits + 6 + b.scale - a.scale + 1;
  return made;
}

}  // namespace homeroom::differ

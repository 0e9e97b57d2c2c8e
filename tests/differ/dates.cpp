// Generated dates: reading them, moving them, and what is known of them.
#include "tests/differ/expressions.hpp"

namespace homeroom::differ {

/// Digits of a day there is, in the years that are read.
std::string Expressions::is_readable_day(const std::string& x) {
  intend("years");
  return "(" + sql_.is_day(x) + " and " + x + " between '1850-01-01' and '2149-12-31')";
}

Piece Expressions::date(int depth) {
  switch (random_.below(5)) {
    case 0:
    case 1: {
      Piece a = make(Type::date, depth - 1), n = make(Type::integer, depth - 1);
      char sign = "+-"[random_.below(2)];
      intend("fault");
      auto moved = sql_.plus_days(
          a.value, sign == '+'
                       ? n.value
                       : "(0 - " +
                             with(n.value, "case when x > -9000000000 then x else 9000000000 end") +
                             ")");
      return piece(Type::date, "(" + a.ours + ' ' + sign + ' ' + n.ours + ")", moved, {&a, &n},
                   "(" + moved + " is null and " + a.value + " is not null and " + n.value +
                       " is not null)");
    }
    case 2: {
      Piece a = make(Type::timestamp, depth - 1);
      return piece(Type::date, "local_date(" + a.ours + ")", "substr(" + a.value + ", 1, 10)",
                   {&a});
    }
    case 3: {
      Piece a = make(Type::text, depth - 1);
      intend("fault");
      return piece(
          Type::date, "local_date(" + a.ours + ")", "substr(" + a.value + ", 1, 10)", {&a},
          with(a.value, "x is not null and not ((" + sql_.is_form("x", "####-##-##") + " and " +
                            is_readable_day("x") + ") or " + is_timestamp("x") + ")"));
    }
    default:
      break;
  }
  Piece a = make(Type::text, depth - 1);
  intend("fault");
  if (random_.once_in(2))
    return piece(Type::date, "date(" + a.ours + ", 'YYYY-MM-DD')", a.value, {&a},
                 with(a.value, "x is not null and not (" + sql_.is_form("x", "####-##-##") +
                                   " and " + is_readable_day("x") + ")"));
  std::string iso = "case when " + sql_.is_form("x", "#/#/####") +
                    " then substr(x, 5) || '-0' || substr(x, 1, 1) || '-0' || substr(x, 3, 1)" +
                    " when " + sql_.is_form("x", "##/#/####") +
                    " then substr(x, 6) || '-' || substr(x, 1, 2) || '-0' || substr(x, 4, 1)" +
                    " when " + sql_.is_form("x", "#/##/####") +
                    " then substr(x, 6) || '-0' || substr(x, 1, 1) || '-' || substr(x, 3, 2)" +
                    " when " + sql_.is_form("x", "##/##/####") +
                    " then substr(x, 7) || '-' || substr(x, 1, 2) || '-' || substr(x, 4, 2) end";
  auto value = with(a.value, iso);
  return piece(Type::date, "date(" + a.ours + ", 'M/D/YYYY')", value, {&a},
               "(" + a.value + " is not null and " +
                   with(value, "x is null or not " + is_readable_day("x")) + ")");
}

std::string Expressions::is_timestamp(const std::string& x) {
  auto form = [&](const char* end) {
    return sql_.is_form(x, std::string("####-##-##T##:##:##") + end);
  };
  std::string day = "substr(" + x + ", 1, 10)";
  return "((" + form("") + " or " + form("Z") + " or " + form("+##:##") + ") and " +
         is_readable_day(day) + " and substr(" + x + ", 12, 2) <= '23' and substr(" + x +
         ", 15, 2) <= '59' and substr(" + x + ", 18, 2) <= '59' and (length(" + x +
         ") < 25 or (substr(" + x + ", 21, 2) <= '14' and substr(" + x + ", 24, 2) <= '59')))";
}

Piece Expressions::read_part(Type type, int depth) {
  Piece a = make(Type::text, depth - 1);
  intend("fault");
  if (type == Type::timestamp && random_.once_in(2)) return time(depth);
  if (type == Type::timestamp)
    return piece(type, "timestamp(" + a.ours + ")", "replace(" + a.value + ", 'Z', '+00:00')", {&a},
                 with(a.value, "x is not null and not " + is_timestamp("x")));
  std::string forms = sql_.is_form("x", "####") + " or " + sql_.is_form("x", "####-##") + " or " +
                      sql_.is_form("x", "####-##-##");
  return piece(type, "date_part(" + a.ours + ")", a.value, {&a},
               with(a.value, "x is not null and not ((" + forms + ") and " +
                                 is_readable_day("substr(x || '-01-01', 1, 10)") + ")"));
}

}  // namespace homeroom::differ

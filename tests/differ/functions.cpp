// Generated calls of functions whose SQL takes more than a word.
#include <algorithm>

#include "tests/differ/expressions.hpp"

namespace homeroom::differ {

/// The greater or lesser of two; null says nothing, as in DuckDB.
Piece Expressions::extreme(Type type, int depth) {
  Piece a = make(type, depth - 1), b = make(type, depth - 1);
  align(a, b);
  bool is_greatest = random_.once_in(2);
  auto made = piece(type,
                    (is_greatest ? "greatest(" : "least(") + a.ours + ", " +
                        (random_.once_in(3) ? "null, " : "") + b.ours + ")",
                    "(case when " + a.value + " is null then " + b.value + " when " + b.value +
                        " is null then " + a.value + " when " + order_key(a) +
                        (is_greatest ? " >= " : " <= ") + order_key(b) + " then " + a.value +
                        " else " + b.value + " end)",
                    {&a, &b});
  made.scale = a.scale;
  made.digits = std::max(a.digits, b.digits);
  made.is_plain = a.is_plain && b.is_plain;
  return made;
}

Piece Expressions::text_function(int depth) {
  Piece a = make(Type::text, depth - 1);
  auto filled = [&](const char* name, bool is_left) {
    auto fill = sql_.repeated("0", "(9 - length(x))");
    return piece(Type::text, std::string(name) + "(" + a.ours + ", 9, '0')",
                 with(a.value, "case when length(x) >= 9 then x else " +
                                   (is_left ? fill + " || x" : "x || " + fill) + " end"),
                 {&a});
  };
  switch (random_.below(6)) {
    case 0:
      return filled("lpad", true);
    case 1:
      return filled("rpad", false);
    case 2: {
      auto value = sql_.is_sqlite() ? "replace(replace(" + a.value + ", 'ë', 'e'), 'Ë', 'E')"
                                    : "strip_accents(" + a.value + ")";
      if (sql_.is_sqlite()) intend("case");
      return piece(Type::text, "strip_accents(" + a.ours + ")", value, {&a});
    }
    case 3: {
      std::string shown =
          "(case when length(x) >= 8 then 4 else " + sql_.divided("length(x)", "2") + " end)";
      return piece(Type::text, "mask(" + a.ours + ", 4)",
                   with(a.value, sql_.repeated("*", "(length(x) - " + shown + ")") + " || " +
                                     sql_.tail("x", shown)),
                   {&a});
    }
    case 4: {
      Piece d = make(Type::date, depth - 1);
      if (random_.once_in(2))
        return piece(Type::text, "text(" + d.ours + ", 'YYYYMMDD')",
                     "replace(" + d.value + ", '-', '')", {&d});
      return piece(
          Type::text, "text(" + d.ours + ", 'MM/DD/YYYY')",
          with(d.value, "substr(x, 6, 2) || '/' || substr(x, 9, 2) || '/' || substr(x, 1, 4)"),
          {&d});
    }
    default: {
      Piece n = random_.once_in(2) ? make(Type::integer, depth - 1) : leaf(Type::integer);
      auto list =
          "(case when " + a.value + " is not null then " + sql_.split(a.value, ",") + " end)";
      auto at = "(case when " + n.value + " < 0 and " + n.value + " > -1000000 then " + n.value +
                " + 1 + " + with(list, sql_.count("x")) + " else " + n.value + " end)";
      return piece(Type::text, "split_part(" + a.ours + ", ',', " + n.ours + ")",
                   "(case when " + a.value + " is not null and " + n.value +
                       " is not null then coalesce(" + with(list, sql_.item("x", at)) +
                       ", '') end)",
                   {&a, &n});
    }
  }
}

/// What is left of a text: its digits, one space where there were several, its normal form.
Piece Expressions::tidied(int depth) {
  Piece a = make(Type::text, depth - 1);
  switch (random_.below(3)) {
    case 0:
      return piece(Type::text, "digits(" + a.ours + ")",
                   "nullif(" + sql_.digits_of(a.value) + ", '')", {&a});
    case 1: {
      auto value = "trim(replace(" + a.value + ", 'a', '  '), ' ')";
      for (int halved = 0; halved < 13; ++halved) value = "replace(" + value + ", '  ', ' ')";
      return piece(Type::text, "single_spaces(replace(" + a.ours + ", 'a', '  '))", value, {&a});
    }
    default:
      return piece(Type::text, "nfc_normalize(" + a.ours + ")",
                   sql_.is_sqlite() ? a.value : "nfc_normalize(" + a.value + ")", {&a});
  }
}

/// SQLite has no patterns: there, those that can be said by other means.
Piece Expressions::by_pattern(int depth) {
  Piece a = make(Type::text, depth - 1);
  bool is_replaced = random_.once_in(2);
  if (sql_.is_sqlite())
    return is_replaced
               ? piece(Type::text, "regexp_replace(" + a.ours + ", '[ab]', '*', 'g')",
                       "replace(replace(" + a.value + ", 'a', '*'), 'b', '*')", {&a})
               : piece(Type::text, "regexp_extract(" + a.ours + ", '^[0-9]')",
                       with(a.value,
                            "case when substr(x, 1, 1) between '0' and '9' then substr(x, 1, 1) "
                            "end"),
                       {&a});
  auto pattern = random_.of(
      std::vector<std::string>{"[0-9]+", "a|b", "^.", "([a-z])([a-z])", "(.)$", "b%", " "});
  if (!is_replaced)  // DuckDB says nothing where nothing is found
    return piece(Type::text, "regexp_extract(" + a.ours + ", '" + pattern + "')",
                 "nullif(regexp_extract(" + a.value + ", '" + pattern + "'), '')", {&a});
  bool has_groups = pattern.starts_with('(');
  auto rest = ", '" + pattern + "', '" + (has_groups ? "<\\1>" : "<>") +
              (random_.once_in(2) ? "', 'g')" : "')");
  return piece(Type::text, "regexp_replace(" + a.ours + rest, "regexp_replace(" + a.value + rest,
               {&a});
}

Piece Expressions::integer_function(int depth) {
  auto no = sql_.boolean(false);
  if (random_.once_in(9)) return duration(Type::integer);
  switch (random_.below(8)) {
    case 0: {
      Piece a = make(Type::text, depth - 1), b = make(Type::text, depth - 1);
      return piece(Type::integer, "instr(" + a.ours + ", " + b.ours + ")",
                   sql_.find(a.value, b.value), {&a, &b});
    }
    case 1: {
      Piece a = make(Type::integer, depth - 1);
      intend("overflow");
      auto least = sql_.integer("-9223372036854775808");
      return piece(
          Type::integer, "abs(" + a.ours + ")",
          "(case when " + a.value + " = " + least + " then null else abs(" + a.value + ") end)",
          {&a}, "coalesce(" + a.value + " = " + least + ", " + no + ")");
    }
    case 2: {
      Piece a = make(Type::integer, depth - 1), b = make(Type::integer, depth - 1);
      intend("fault");
      auto ours = random_.once_in(2) ? "mod(" + a.ours + ", " + b.ours + ")"
                                     : "(" + a.ours + " % " + b.ours + ")";
      return piece(Type::integer, ours,
                   "(case when " + b.value + " = 0 then null when " + b.value + " = -1 then " +
                       a.value + " - " + a.value + " else " + a.value + " % " + b.value + " end)",
                   {&a, &b},
                   "coalesce(" + b.value + " = 0 and " + a.value + " is not null, " + no + ")");
    }
    case 3: {
      Piece a = make(Type::decimal, depth - 1);
      if (a.scale == 0) a = literal(Type::decimal);
      auto unit = sql_.integer("1" + std::string(static_cast<std::size_t>(a.scale), '0'));
      auto whole = sql_.divided("x", unit);
      intend("fault");
      switch (random_.below(3)) {
        case 0:
          return piece(Type::integer, "floor(" + a.ours + ")",
                       with(a.value, whole + " - case when x < 0 and x % " + unit +
                                         " <> 0 then 1 else 0 end"),
                       {&a});
        case 1:
          return piece(Type::integer, "ceil(" + a.ours + ")",
                       with(a.value, whole + " + case when x > 0 and x % " + unit +
                                         " <> 0 then 1 else 0 end"),
                       {&a});
        default:
          return piece(Type::integer, "integer(" + a.ours + ")", with(a.value, whole), {&a},
                       "coalesce(" + with(a.value, "x % " + unit + " <> 0") + ", " + no + ")");
      }
    }
    case 4: {
      Piece a = make(Type::date, depth - 1);
      return piece(Type::integer, "day(" + a.ours + ")", sql_.part("day", a.value), {&a});
    }
    case 5: {
      Piece a = make(Type::date, depth - 1);
      bool is_iso = random_.once_in(2);
      auto day = sql_.weekday(a.value);
      return piece(Type::integer, (is_iso ? "isodow(" : "dayofweek(") + a.ours + ")",
                   is_iso ? with(day, "case when x = 0 then 7 else x end") : day, {&a});
    }
    case 6: {
      Piece a = make(Type::date, depth - 1), b = make(Type::date, depth - 1);
      auto year = "(" + sql_.part("year", b.value) + " - " + sql_.part("year", a.value) + ")";
      auto month = "(" + sql_.part("month", b.value) + " - " + sql_.part("month", a.value) + ")";
      auto diff = [&](const char* unit, const std::string& value) {
        return piece(Type::integer,
                     std::string("date_diff('") + unit + "', " + a.ours + ", " + b.ours + ")",
                     value, {&a, &b});
      };
      switch (random_.below(3)) {
        case 0:
          return diff("day", sql_.days_between(b.value, a.value));
        case 1:
          return diff("month", "(" + year + " * 12 + " + month + ")");
        default:
          return diff("year", year);
      }
    }
    default: {
      Piece a = make(Type::date, depth - 1);
      return piece(Type::integer, "school_year_of(" + a.ours + ", 8)",
                   "(" + sql_.part("year", a.value) + " + case when " +
                       sql_.part("month", a.value) + " >= 8 then 1 else 0 end)",
                   {&a});
    }
  }
}

Piece Expressions::date_function(int depth) {
  Piece a = make(Type::date, depth - 1);
  switch (random_.below(4)) {
    case 0: {
      bool is_month = random_.once_in(2);
      return piece(
          Type::date,
          std::string("date_trunc('") + (is_month ? "month" : "year") + "', " + a.ours + ")",
          is_month ? "(substr(" + a.value + ", 1, 7) || '-01')"
                   : "(substr(" + a.value + ", 1, 4) || '-01-01')",
          {&a});
    }
    case 1:
      return piece(Type::date, "last_day(" + a.ours + ")",
                   with("substr(" + a.value + ", 1, 8)", last_day("x", "'31'")), {&a});
    case 2: {  // counted in months from year 0; a day the month does not have becomes its last
      Piece n = make(Type::integer, depth - 1);
      intend("fault");
      auto near = "(case when " + n.value + " between -200000 and 200000 then " + n.value +
                  " when " + n.value + " is not null then 200000 end)";
      auto months = "(" + sql_.part("year", a.value) + " * 12 + " + sql_.part("month", a.value) +
                    " - 1 + " + near + ")";
      auto front = with(months, "case when x between 0 and 119999 then " +
                                    sql_.padded(sql_.divided("x", "12"), 4) + " || '-' || " +
                                    sql_.padded("(x % 12 + 1)", 2) + " || '-' end");
      return piece(
          Type::date, "add_months(" + a.ours + ", " + n.ours + ")",
          with(front, last_day("x", "substr(" + a.value + ", 9, 2)")), {&a, &n},
          "coalesce(" + months + " not between 0 and 119999, " + sql_.boolean(false) + ")");
    }
    default: {
      Piece y = leaf(Type::integer), m = leaf(Type::integer), d = leaf(Type::integer);
      if (random_.once_in(2)) y = piece(Type::integer, "2024", sql_.integer("2024"), {});
      intend("fault");
      auto held = [](const std::string& number) {
        return "(case when " + number + " between 0 and 9999 then " + number + " when " + number +
               " is not null then 0 end)";
      };
      auto iso = "(" + sql_.padded(held(y.value), 4) + " || '-' || " +
                 sql_.padded(held(m.value), 2) + " || '-' || " + sql_.padded(held(d.value), 2) +
                 ")";
      // padded() of null is no text that can be a day
      auto is_whole =
          y.value + " is not null and " + m.value + " is not null and " + d.value + " is not null";
      auto made = piece(Type::date, "make_date(" + y.ours + ", " + m.ours + ", " + d.ours + ")",
                        "(case when " + is_whole + " then " + iso + " end)", {&y, &m, &d},
                        "(" + is_whole + " and not (" + y.value + " between 0 and 9999 and " +
                            with(iso, "length(x) = 10 and " + sql_.is_day("x")) + "))");
      return made;
    }
  }
}

/// The day of a month begun as YYYY-MM-, or its last one if there is no such day.
std::string Expressions::last_day(const std::string& front, const std::string& day) const {
  std::string out = "case when " + sql_.is_day("(" + front + " || " + day + ")") + " then " +
                    front + " || " + day;
  for (const char* other : {"'30'", "'29'", "'28'"})
    out += " when " + sql_.is_day("(" + front + " || " + other + ")") + " then " + front + " || " +
           other;
  return out + " end";
}

Piece Expressions::decimal_function(int depth) {
  if (random_.once_in(4)) return duration(Type::decimal);
  Piece a = make(Type::decimal, depth - 1);
  if (random_.once_in(2)) {
    auto made = piece(Type::decimal, "abs(" + a.ours + ")", "abs(" + a.value + ")", {&a});
    made.scale = a.scale, made.digits = a.digits, made.is_plain = a.is_plain;
    return made;
  }
  int places = static_cast<int>(random_.below(3));
  if (a.scale <= places || a.digits > 17) return a;
  auto digits = static_cast<std::size_t>(a.scale - places);
  auto unit = sql_.integer("1" + std::string(digits, '0')),
       half = sql_.integer("5" + std::string(digits - 1, '0'));
  auto made = piece(Type::decimal, "round(" + a.ours + ", " + std::to_string(places) + ")",
                    with(a.value, "case when x < 0 then -1 else 1 end * " +
                                      sql_.divided("(abs(x) + " + half + ")", unit)),
                    {&a});
  made.scale = places;
  made.digits = a.digits;
  made.is_plain = false;
  return made;
}

Piece Expressions::matched(int depth) {
  Piece a = make(Type::text, depth - 1);
  if (random_.once_in(2))
    return piece(Type::boolean, "regexp_full_match(" + a.ours + ", '[0-9]+')",
                 sql_.only_digits(a.value), {&a});
  auto value = sql_.is_sqlite() ? "(" + a.value + " glob '*a*[bc]*')"
                                : "regexp_matches(" + a.value + ", 'a.*[bc]')";
  return piece(Type::boolean, "regexp_matches(" + a.ours + ", 'a.*[bc]')", value, {&a});
}

}  // namespace homeroom::differ

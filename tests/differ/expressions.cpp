// The frame of the generator: leaves, choices, truth values and comparisons.
#include "tests/differ/expressions.hpp"

#include <algorithm>

namespace homeroom::differ {

std::string any_of(const std::vector<std::string>& faults) {
  std::string out;
  for (const auto& fault : faults)
    if (!fault.empty()) out += (out.empty() ? "" : " or ") + fault;
  return out.find(" or ") == std::string::npos ? out : '(' + out + ')';
}

Piece Expressions::piece(Type type, std::string ours, std::string value,
                         const std::vector<const Piece*>& of, std::string fault) {
  std::vector<std::string> faults;
  for (const auto* part : of) faults.push_back(part->fault);
  faults.push_back(std::move(fault));
  Piece made;
  made.ours = std::move(ours);
  made.value = std::move(value);
  made.fault = any_of(faults);
  made.type = type;
  return made;
}

Type Expressions::any_type() {
  static const std::vector<Type> all = {
      Type::boolean, Type::boolean,   Type::integer,   Type::decimal, Type::text, Type::text,
      Type::date,    Type::date_part, Type::timestamp, Type::list,    Type::json};
  return random_.of(all);
}

Type Expressions::ordered_type() {
  static const std::vector<Type> all = {Type::boolean,   Type::integer,  Type::decimal,
                                        Type::text,      Type::text,     Type::date,
                                        Type::date_part, Type::timestamp};
  return random_.of(all);
}

Piece Expressions::make(Type type, int depth) {
  if (depth <= 0) return leaf(type);
  if (random_.once_in(5)) return choice(type, depth);
  if (random_.once_in(type == Type::boolean ? 8 : 3)) return function(type, depth);
  switch (type) {
    case Type::boolean:
      return boolean(depth);
    case Type::integer:
      return integer(depth);
    case Type::decimal:
      return decimal(depth);
    case Type::text:
      return text(depth);
    case Type::date:
      return date(depth);
    case Type::date_part:
    case Type::timestamp:
      return read_part(type, depth);
    case Type::list:
      return list(depth);
    default:
      return leaf(type);
  }
}

Piece Expressions::function(Type type, int depth) {
  switch (type) {
    case Type::boolean:
      return random_.once_in(2) ? matched(depth) : about_items(depth);
    case Type::list:
      return random_.once_in(4)   ? cell_list(depth)
             : random_.once_in(4) ? json_items()
                                  : list_function(depth);
    case Type::text:
      return random_.once_in(6)   ? tidied(depth)
             : random_.once_in(8) ? by_pattern(depth)
             : random_.once_in(3) ? found_text(depth)
             : random_.once_in(5) ? tagged(depth)
                                  : text_function(depth);
    case Type::integer:
      return integer_function(depth);
    case Type::decimal:
      return decimal_function(depth);
    case Type::date:
      return date_function(depth);
    case Type::timestamp:
      return time(depth);
    default:
      return leaf(type);
  }
}

Piece Expressions::leaf(Type type) {
  std::vector<Named> fitting;
  for (const auto& column : columns_)
    if (column.type == type) fitting.push_back(column);
  if (fitting.empty() || (random_.once_in(4) && type != Type::json)) return literal(type);
  const auto& column = random_.of(fitting);
  auto made = piece(type, column.ours, column.sql, {});
  if (type == Type::decimal) made.scale = column_scale, made.digits = 9;
  return made;
}

Piece Expressions::literal(Type type) {
  static const std::vector<std::string> words = {"",
                                                 "a",
                                                 "ab",
                                                 "x",
                                                 "b%",
                                                 "%b%",
                                                 "a_c",
                                                 "it's",
                                                 "ë",
                                                 "12",
                                                 "007",
                                                 "2014-11-03",
                                                 "a text of many letters"};
  static const std::vector<std::string> numbers = {
      "0", "1", "2", "3", "-1", "-7", "12", "9223372036854775807", "-9223372036854775808"};
  static const std::vector<std::string> days = {"2024-02-29", "2014-11-03", "2000-01-01",
                                                "2023-02-29"};
  auto word = random_.of(days);
  bool is_day = word != "2023-02-29";
  switch (type) {
    case Type::boolean: {
      bool value = random_.once_in(2);
      return piece(type, value ? "true" : "false", sql_.boolean(value), {});
    }
    case Type::integer: {
      auto digits = random_.of(numbers);
      return piece(type, digits, sql_.integer(digits), {});
    }
    case Type::decimal: {
      static const std::vector<std::pair<std::string, std::string>> decimals = {
          {"0.50", "50"}, {"1.00", "100"}, {"-2.25", "-225"}, {"123.45", "12345"}, {"0.00", "0"}};
      const auto& [ours, units] = random_.of(decimals);
      auto made = piece(type, ours, sql_.integer(units), {});
      made.scale = 2, made.digits = 5;
      return made;
    }
    case Type::date:
      return piece(type, "date('" + word + "', 'YYYY-MM-DD')", "'" + word + "'", {},
                   is_day ? "" : sql_.boolean(true));
    case Type::date_part:
      return piece(type, "date_part('2014-11')", "'2014-11'", {});
    case Type::timestamp:
      return piece(type, "timestamp('2025-09-01T08:30:00-04:00')", "'2025-09-01T08:30:00-04:00'",
                   {});
    case Type::list:
      return piece(type, "list('a', 'b')", sql_.list_literal({"a", "b"}), {});
    default:
      break;
  }
  word = random_.of(words);
  return piece(Type::text, sql_text(word), sql_text(word), {});
}

void Expressions::align(Piece& a, Piece& b) const {
  auto raise = [&](Piece& low, const Piece& high) {
    if (low.scale == high.scale) return;
    std::string factor = "1" + std::string(static_cast<std::size_t>(high.scale - low.scale), '0');
    low.value = "(" + low.value + " * " + sql_.integer(factor) + ")";
    low.digits += high.scale - low.scale;
    low.scale = high.scale;
    low.is_plain = false;
  };
  if (a.type != Type::decimal) return;
  a.scale < b.scale ? raise(a, b) : raise(b, a);
}

Piece Expressions::choice(Type type, int depth) {
  switch (random_.below(type == Type::list || type == Type::json ? 2 : 4)) {
    case 0:
      return case_when(type, depth);
    case 1:
      return coalesce(type, depth);
    case 2:
      return extreme(type, depth);
    default:
      return nullif(type, depth);
  }
}

Piece Expressions::case_when(Type type, int depth) {
  Piece first = make(Type::boolean, depth - 1);
  Piece one = make(type, depth - 1), two = make(type, depth - 1);
  align(one, two);
  auto decimals = [&](Piece made) {
    made.scale = one.scale;
    made.digits = std::max(one.digits, two.digits);
    made.is_plain = one.is_plain && two.is_plain;
    return made;
  };
  auto branch = [](const std::string& fault) {
    return fault.empty() ? std::string("0 = 1") : fault;
  };
  bool has_else = !random_.once_in(4);
  std::string fault;
  if (!one.fault.empty() || (has_else && !two.fault.empty()))
    fault = "(case when " + first.value + " then " + branch(one.fault) + " else " +
            (has_else ? branch(two.fault) : "0 = 1") + " end)";
  auto made = piece(type,
                    "case when " + first.ours + " then " + one.ours +
                        (has_else ? " else " + two.ours : "") + " end",
                    "(case when " + first.value + " then " + one.value +
                        (has_else ? " else " + two.value : "") + " end)",
                    {&first}, fault);
  return decimals(made);
}

Piece Expressions::coalesce(Type type, int depth) {
  Piece one = make(type, depth - 1), two = make(type, depth - 1);
  align(one, two);
  bool has_null = random_.once_in(6);
  std::string fault = two.fault.empty() ? "" : "(" + one.value + " is null and " + two.fault + ")";
  auto made = piece(
      type,
      std::string("coalesce(") + (has_null ? "null, " : "") + one.ours + ", " + two.ours + ")",
      "coalesce(" + one.value + ", " + two.value + ")", {&one}, fault);
  made.scale = one.scale;
  made.digits = std::max(one.digits, two.digits);
  made.is_plain = one.is_plain && two.is_plain;
  return made;
}

Piece Expressions::nullif(Type type, int depth) {
  Piece one = make(type, depth - 1), two = make(type, depth - 1);
  align(one, two);
  auto made = piece(type, "nullif(" + one.ours + ", " + two.ours + ")",
                    "(case when " + order_key(one) + " = " + order_key(two) + " then null else " +
                        one.value + " end)",
                    {&one, &two});
  made.scale = one.scale;
  made.digits = one.digits;
  made.is_plain = one.is_plain;
  return made;
}

/// What of a value is compared: SQL has no dates known to a month, and compares timestamps as text.
std::string Expressions::order_key(const Piece& of) const {
  if (of.type == Type::timestamp) return sql_.instant(of.value);
  if (of.type != Type::date_part) return of.value;
  return with(of.value,
              "substr(x || '-01-01', 1, 10) || case length(x) when 4 then '1' when 7 then '2' else "
              "'3' end");
}

Piece Expressions::compared(int depth) {
  static const std::vector<std::string> signs = {"=", "<>", "<", "<=", ">", ">="};
  auto type = ordered_type();
  Piece a = make(type, depth - 1), b = make(type, depth - 1);
  align(a, b);
  auto x = order_key(a), y = order_key(b);
  switch (random_.below(5)) {
    case 0: {
      Piece c = make(type, depth - 1);
      align(a, c), align(b, c), align(a, b);
      bool is_not = random_.once_in(3);
      std::string word = is_not ? " not between " : " between ";
      return piece(Type::boolean, "(" + a.ours + word + b.ours + " and " + c.ours + ")",
                   "(" + order_key(a) + word + order_key(b) + " and " + order_key(c) + ")",
                   {&a, &b, &c});
    }
    case 1: {
      Piece c = make(type, depth - 1);
      align(a, c), align(b, c), align(a, b);
      bool is_not = random_.once_in(3), has_null = random_.once_in(5);
      std::string word = is_not ? " not in (" : " in (", null = has_null ? ", null" : "";
      return piece(Type::boolean, "(" + a.ours + word + b.ours + ", " + c.ours + null + "))",
                   "(" + order_key(a) + word + order_key(b) + ", " + order_key(c) + null + "))",
                   {&a, &b, &c});
    }
    default: {
      const auto& sign = random_.of(signs);
      return piece(Type::boolean, "(" + a.ours + ' ' + sign + ' ' + b.ours + ")",
                   "(" + x + ' ' + sign + ' ' + y + ")", {&a, &b});
    }
  }
}

Piece Expressions::boolean(int depth) {
  switch (random_.below(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return compared(depth);
    case 4:
    case 5: {
      Piece a = make(Type::boolean, depth - 1), b = make(Type::boolean, depth - 1);
      const char* word = random_.once_in(2) ? " and " : " or ";
      return piece(Type::boolean, "(" + a.ours + word + b.ours + ")",
                   "(" + a.value + word + b.value + ")", {&a, &b});
    }
    case 6: {
      Piece a = make(Type::boolean, depth - 1);
      return piece(Type::boolean, "(not " + a.ours + ")", "(not " + a.value + ")", {&a});
    }
    case 7: {
      Piece a = make(any_type(), depth - 1);
      const char* word = random_.once_in(2) ? " is null" : " is not null";
      return piece(Type::boolean, "(" + a.ours + word + ")", "(" + a.value + word + ")", {&a});
    }
    case 8: {
      Piece a = make(Type::text, depth - 1), b = make(Type::text, depth - 1);
      bool is_not = random_.once_in(3);
      auto like = sql_.like(a.value, b.value);
      return piece(Type::boolean, "(" + a.ours + (is_not ? " not like " : " like ") + b.ours + ")",
                   is_not ? "(not " + like + ")" : like, {&a, &b});
    }
    case 9: {
      Piece a = make(Type::text, depth - 1), b = make(Type::text, depth - 1);
      auto pair = [&](const char* name, const std::string& value) {
        return piece(Type::boolean, std::string(name) + "(" + a.ours + ", " + b.ours + ")", value,
                     {&a, &b});
      };
      auto size = "length(" + b.value + ")";
      switch (random_.below(3)) {
        case 0:
          return pair("contains", "(" + sql_.find(a.value, b.value) + " > 0)");
        case 1:
          return pair("starts_with",
                      "(substr(" + a.value + ", 1, " + size + ") = " + b.value + ")");
        default:
          return pair("ends_with", "(length(" + a.value + ") >= " + size + " and " +
                                       sql_.tail(a.value, size) + " = " + b.value + ")");
      }
    }
    case 10: {
      Piece a = make(Type::text, depth - 1);
      intend("fault");
      std::string yes = "('true', '1', 'y', 'yes', 't')", no = "('false', '0', 'n', 'no', 'f')";
      return piece(Type::boolean, "bool(" + a.ours + ")", "(lower(" + a.value + ") in " + yes + ")",
                   {&a},
                   "coalesce(lower(" + a.value + ") not in " + yes + " and lower(" + a.value +
                       ") not in " + no + ", " + sql_.boolean(false) + ")");
    }
    default: {
      Piece a = make(Type::list, depth - 1), b = make(Type::text, depth - 1);
      return piece(Type::boolean, "contains(" + a.ours + ", " + b.ours + ")",
                   "(case when " + a.value + " is not null and " + b.value + " is not null then " +
                       sql_.holds(a.value, b.value) + " end)",
                   {&a, &b});
    }
  }
}

}  // namespace homeroom::differ

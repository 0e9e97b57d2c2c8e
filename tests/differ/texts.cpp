// Generated texts and lists.
#include <algorithm>

#include "tests/differ/expressions.hpp"

namespace homeroom::differ {

Piece Expressions::text(int depth) {
  switch (random_.below(8)) {
    case 0: {
      Piece a = make(Type::text, depth - 1), b = make(Type::text, depth - 1);
      return piece(Type::text, "(" + a.ours + " || " + b.ours + ")",
                   "(" + a.value + " || " + b.value + ")", {&a, &b});
    }
    case 1: {
      Piece a = make(Type::text, depth - 1), b = make(Type::text, depth - 1);
      return piece(Type::text, "concat(" + a.ours + ", null, " + b.ours + ")",
                   "(coalesce(" + a.value + ", '') || coalesce(" + b.value + ", ''))", {&a, &b});
    }
    case 2: {
      Piece a = make(Type::text, depth - 1);
      bool is_upper = random_.once_in(2);
      std::string name = is_upper ? "upper" : "lower", value = name + "(" + a.value + ")";
      if (sql_.is_sqlite()) {
        intend("case");
        value = "replace(" + value + (is_upper ? ", 'ë', 'Ë')" : ", 'Ë', 'ë')");
      }
      return piece(Type::text, name + "(" + a.ours + ")", value, {&a});
    }
    case 3: {
      Piece a = make(Type::text, depth - 1);
      return piece(Type::text, "trim(" + a.ours + ")", "trim(" + a.value + ", ' ')", {&a});
    }
    case 4: {
      Piece a = make(Type::text, depth - 1), b = make(Type::text, depth - 1), c = leaf(Type::text);
      intend("replace");
      return piece(Type::text, "replace(" + a.ours + ", " + b.ours + ", " + c.ours + ")",
                   "(case when " + c.value + " is not null then replace(" + a.value + ", " +
                       b.value + ", " + c.value + ") end)",
                   {&a, &b, &c});
    }
    case 5:
      return cut(depth);
    default:
      return written(depth);
  }
}

/// substr, left and right. Engines differ beyond the ends of a text, so both ends are held to its
/// size.
Piece Expressions::cut(int depth) {
  Piece a = make(Type::text, depth - 1), n = make(Type::integer, depth - 1);
  auto held = [](const std::string& number) {
    return "(case when " + number + " > 1000000 then 1000000 when " + number +
           " < -1000000 then -1000000 else " + number + " end)";
  };
  // left and right take all but so many letters when the number is below zero.
  auto rest = "(length(" + a.value + ") + " + held(n.value) + ")";
  auto size = "(case when " + held(n.value) + " >= 0 then " + held(n.value) + " when " + rest +
              " > 0 then " + rest + " when " + rest + " <= 0 then 0 end)";
  intend("cut");
  switch (random_.below(4)) {
    case 0:
      return piece(Type::text, "left(" + a.ours + ", " + n.ours + ")",
                   "substr(" + a.value + ", 1, " + size + ")", {&a, &n});
    case 1:
      return piece(Type::text, "right(" + a.ours + ", " + n.ours + ")",
                   "(case when " + a.value + " is not null and " + n.value + " is not null then " +
                       sql_.tail(a.value, size) + " end)",
                   {&a, &n});
    default: {  // the letters from first to first + size - 1, where a place below zero counts from
                // the end
      Piece m = make(Type::integer, depth - 1);
      bool has_size = random_.once_in(2);
      auto place = "(case when x < 0 then x + length(" + a.value + ") + 1 else x end)";
      auto many =
          has_size ? "(case when " + held(m.value) + " < 0 then 0 else " + held(m.value) + " end)"
                   : std::string("4000000");
      auto begin = "(case when " + place + " < 1 then 1 else " + place + " end)";
      auto keep = has_size ? "(" + place + " + " + many + " - " + begin + ")" : many;
      auto value =
          with(held(n.value), "case when " + keep + " > 0 then substr(" + a.value + ", " + begin +
                                  ", " + keep + ") when " + keep + " is not null and " + a.value +
                                  " is not null then '' end");
      auto made = piece(Type::text,
                        "substr(" + a.ours + ", " + n.ours + (has_size ? ", " + m.ours : "") + ")",
                        value, {&a, &n});
      if (has_size) made.fault = any_of({made.fault, m.fault});
      return made;
    }
  }
}

Piece Expressions::written(int depth) {
  switch (random_.below(9)) {
    case 8: {
      Piece a = make(Type::timestamp, depth - 1);
      return piece(Type::text, "text(" + a.ours + ")", a.value, {&a});
    }
    case 0: {
      Piece a = make(Type::integer, depth - 1);
      return piece(Type::text, "text(" + a.ours + ")", "cast(" + a.value + " as varchar)", {&a});
    }
    case 1: {
      Piece a = make(Type::boolean, depth - 1);
      return piece(
          Type::text, "text(" + a.ours + ")",
          "(case when " + a.value + " then 'true' when not " + a.value + " then 'false' end)",
          {&a});
    }
    case 2: {
      Piece a = make(random_.once_in(2) ? Type::date : Type::date_part, depth - 1);
      return piece(Type::text, "text(" + a.ours + ")", a.value, {&a});
    }
    case 3: {
      Piece a = make(Type::decimal, depth - 1);
      if (!a.is_plain || a.scale == 0) a = literal(Type::decimal);
      std::string unit = sql_.integer("1" + std::string(static_cast<std::size_t>(a.scale), '0'));
      auto value = with(a.value, "case when x < 0 then '-' else '' end || cast(" +
                                     sql_.divided("abs(x)", unit) + " as varchar) || '.' || " +
                                     sql_.padded("(abs(x) % " + unit + ")", a.scale));
      return piece(Type::text, "text(" + a.ours + ")", value, {&a});
    }
    case 4: {
      Piece a = make(Type::list, depth - 1);
      bool is_first = random_.once_in(2);
      return piece(Type::text, (is_first ? "first(" : "last(") + a.ours + ")",
                   with(a.value, sql_.item("x", is_first ? "1" : sql_.count("x"))), {&a});
    }
    case 5: {
      Piece a = make(Type::list, depth - 1), b = make(Type::integer, depth - 1);
      return piece(Type::text, "item(" + a.ours + ", " + b.ours + ")", sql_.item(a.value, b.value),
                   {&a, &b});
    }
    case 6: {
      Piece a = make(Type::list, depth - 1);
      return piece(Type::text, "join(" + a.ours + ", '/')", sql_.joined(a.value, "/"), {&a});
    }
    default: {
      Piece a = make(Type::text, depth - 1);
      intend("fault");
      return piece(
          Type::text, "code(" + a.ours + ", 'c')",
          "(case " + a.value + " when 'a' then 'one' when 'ab' then 'a code of many letters' end)",
          {&a}, "coalesce(" + a.value + " not in ('a', 'ab', ''), " + sql_.boolean(false) + ")");
    }
  }
}

Piece Expressions::list(int depth) {
  if (random_.once_in(2)) {
    Piece a = make(Type::text, depth - 1);
    auto separator = random_.once_in(3) ? "a" : ",";
    return piece(
        Type::list, "split(" + a.ours + ", '" + separator + "')",
        "(case when " + a.value + " is not null then " + sql_.split(a.value, separator) + " end)",
        {&a});
  }
  Piece a = make(Type::text, depth - 1), b = make(Type::text, depth - 1), c = leaf(Type::text);
  return piece(Type::list, "list(" + a.ours + ", " + b.ours + ", " + c.ours + ")",
               sql_.list_of({a.value, b.value, c.value}), {&a, &b, &c});
}

}  // namespace homeroom::differ

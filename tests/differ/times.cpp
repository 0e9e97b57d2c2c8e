// Generated times: read by a format, moved to a zone, durations.
#include "tests/differ/expressions.hpp"

namespace homeroom::differ {

Piece Expressions::time(int depth) {
  if (random_.once_in(3)) {
    Piece d = make(Type::date, depth - 1);
    bool is_noon = random_.once_in(2);
    return piece(Type::timestamp,
                 "timestamp(text(" + d.ours + ", 'MM/DD/YYYY') || ' " +
                     (is_noon ? "1:05 PM" : "12:59 AM") + "', 'M/D/YYYY h:mm AM')",
                 "(" + d.value + (is_noon ? " || 'T13:05:00')" : " || 'T00:59:00')"), {&d},
                 "(" + d.value + " is not null and not " + is_readable_day(d.value) + ")");
  }
  Piece a = make(Type::timestamp, depth - 1);
  if (random_.once_in(2)) {
    bool is_east = random_.once_in(2);
    intend("fault");
    return piece(
        Type::timestamp, "in_zone(" + a.ours + (is_east ? ", 'Etc/GMT-10')" : ", 'Etc/GMT+5')"),
        with(a.value, sql_.at_offset("x", is_east ? 10 : -5)), {&a},
        with(a.value, "x is not null and " + sql_.at_offset("x", is_east ? 10 : -5) + " is null"));
  }
  intend("zone");
  auto recent = with(a.value, "case when x >= '2007-01-02' then x end");
  auto moved = sql_.in_new_york(recent);
  return piece(Type::timestamp,
               "in_zone(case when local_date(" + a.ours +
                   ") >= date('2007-01-02', 'YYYY-MM-DD') then " + a.ours +
                   " end, 'America/New_York')",
               moved, {&a}, "(" + recent + " is not null and " + moved + " is null)");
}

/// H:MM made of two numbers; it can be read when they are hours and minutes.
Piece Expressions::duration(Type type) {
  Piece h = leaf(Type::integer), m = leaf(Type::integer);
  intend("fault");
  auto ours = "text(" + h.ours + ") || ':' || lpad(text(" + m.ours + "), 2, '0'))";
  auto is_read = "(" + h.value + " between 0 and 9999 and " + m.value + " between 0 and 59)";
  auto fault =
      "(" + h.value + " is not null and " + m.value + " is not null and not " + is_read + ")";
  auto of_minutes = [&](const std::string& value) {
    return "(case when " + is_read + " then " + value + " end)";
  };
  auto minutes = "(" + h.value + " * 60 + " + m.value + ")";
  if (type == Type::integer)
    return piece(type, "minutes(" + ours, of_minutes(minutes), {&h, &m}, fault);
  // To six places, the half away from zero, as every quotient.
  auto millionths = sql_.divided("(" + minutes + " * " + sql_.integer("1000000") + " + 30)", "60");
  auto made = piece(type, "hours(" + ours, of_minutes(millionths), {&h, &m}, fault);
  made.scale = 6, made.digits = 10, made.is_plain = false;
  return made;
}

}  // namespace homeroom::differ

// Generated functions over the items of lists, and paths into JSON.
#include <algorithm>

#include "tests/differ/expressions.hpp"

namespace homeroom::differ {

namespace {

std::string if_there(const std::string& list, const std::string& value) {
  return "(case when " + list + " is not null then " + value + " end)";
}

}  // namespace

Piece Expressions::list_function(int depth) {
  Piece a = make(Type::list, depth - 1);
  auto of_one = [&](const std::string& ours, const std::string& value) {
    return piece(Type::list, ours, if_there(a.value, value), {&a});
  };
  switch (random_.below(7)) {
    case 0:
      return of_one("list_sort(" + a.ours + ")", sql_.items(a.value, "value", "", "value"));
    case 1:
      return of_one("list_reverse_sort(" + a.ours + ")",
                    sql_.items(a.value, "value", "", "value desc"));
    case 2:
      return of_one("list_distinct(" + a.ours + ")",
                    sql_.items(a.value, "value", "group by value", "min(key)"));
    case 3: {
      auto value = sql_.is_sqlite() ? "replace(upper(value), 'ë', 'Ë')" : "upper(value)";
      return of_one("list_map(" + a.ours + ", y -> upper(y) || '!')",
                    sql_.items(a.value, std::string(value) + " || '!'", "", "key"));
    }
    case 4:
      return of_one("list_filter(" + a.ours + ", y -> length(y) > 1 or y = 'a')",
                    sql_.items(a.value, "value", "where length(value) > 1 or value = 'a'", "key"));
    case 5: {
      Piece b = make(Type::list, depth - 1);
      auto is_there = a.value + " is not null and " + b.value + " is not null";
      auto inside = "where value in (" + sql_.values(b.value) + ") group by value";
      return piece(Type::list, "list_intersect(" + a.ours + ", " + b.ours + ")",
                   "(case when " + is_there + " then " +
                       sql_.items(a.value, "value", inside, "min(key)") + " end)",
                   {&a, &b});
    }
    default: {
      auto words = "coalesce(" + a.ours + ", list('a'))";
      auto list = "coalesce(" + a.value + ", " + sql_.list_literal({"a"}) + ")";
      return piece(Type::list, "list_concat(list('b', 'b'), " + words + ")",
                   sql_.concatenated(sql_.list_literal({"b", "b"}), list), {&a});
    }
  }
}

Piece Expressions::about_items(int depth) {
  Piece a = make(Type::list, depth - 1);
  switch (random_.below(3)) {
    case 0:
      return piece(Type::boolean, "any(" + a.ours + ", y -> y = 'a')",
                   if_there(a.value, "'a' in (" + sql_.values(a.value) + ")"), {&a});
    case 1:
      return piece(Type::boolean, "all(" + a.ours + ", y -> y <> 'a')",
                   if_there(a.value, "'a' not in (" + sql_.values(a.value) + ")"), {&a});
    default: {
      Piece b = make(Type::list, depth - 1);
      return piece(Type::boolean, "list_has_any(" + a.ours + ", " + b.ours + ")",
                   "(case when " + a.value + " is not null and " + b.value +
                       " is not null then exists(select 1 from (" + sql_.values(a.value) +
                       ") as mine where item in (" + sql_.values(b.value) + ")) end)",
                   {&a, &b});
    }
  }
}

/// The first or last item in the order of texts, or a text in a JSON document.
Piece Expressions::found_text(int depth) {
  if (random_.once_in(2)) {
    Piece a = make(Type::list, depth - 1);
    bool is_most = random_.once_in(2);
    return piece(Type::text, (is_most ? "list_max(" : "list_min(") + a.ours + ")",
                 "(select " + std::string(is_most ? "max" : "min") + "(item) from (" +
                     sql_.values(a.value) + ") as mine)",
                 {&a});
  }
  static const std::vector<std::string> paths = {"a", "b[0]", "b[1]", "b[9]", "c.d", "e"};
  auto column = std::ranges::find(columns_, "o1", &Named::ours);
  bool is_there = column != columns_.end();
  std::string json = R"({"a":"x","b":[1,"y"]})";
  auto value = is_there ? column->sql : sql_text(json);
  const auto& path = random_.of(paths);
  intend("fault");
  return piece(
      Type::text,
      "json_extract_string(" + (is_there ? column->ours : sql_text(json)) + ", '" + path + "')",
      "(case when " + sql_.is_json(value) + " then " + sql_.at_path(value, path) + " end)", {},
      is_there ? "(" + value + " is not null and not " + sql_.is_json(value) + ")" : "");
}

}  // namespace homeroom::differ

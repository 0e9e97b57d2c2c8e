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
  switch (random_.below(8)) {
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
    case 6: {
      auto from = random_.of(std::vector<int>{1, 2, 3, -1, -2, -9});
      auto to = random_.of(std::vector<int>{1, 2, 9, -1, -2});
      auto place = [&](int number) {
        return number > 0 ? std::to_string(number - 1)
                          : "(" + sql_.count(a.value) + " - " + std::to_string(-number) + ")";
      };
      return of_one(
          "list_slice(" + a.ours + ", " + std::to_string(from) + ", " + std::to_string(to) + ")",
          sql_.items(a.value, "value", "where key >= " + place(from) + " and key <= " + place(to),
                     "key"));
    }
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
  auto other = std::ranges::find(columns_, Type::list, &Named::type);
  if (other != columns_.end() && random_.once_in(3)) {  // a list of the row beside each item
    auto is_there = "(" + a.value + " is not null and exists(" + sql_.values(a.value) + "))";
    auto found = "exists(select 1 from (" + sql_.values(a.value) + ") as mine where item in (" +
                 sql_.values(other->sql) + "))";
    return piece(Type::boolean, "any(" + a.ours + ", y -> contains(" + other->ours + ", y))",
                 "(case when " + a.value + " is null then null when " + is_there + " and " +
                     other->sql + " is null then null else " + found + " end)",
                 {&a});
  }
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
  static const std::vector<std::string> paths = {"a",   "b[0]", "b[1]",     "b[9]",
                                                 "c.d", "e",    "n[u=h].v", "n[u=w].v"};
  auto [ours, value, type] = document();
  const auto& path = random_.of(paths);
  auto bracket = path.find("[u=");
  auto found = bracket == path.npos
                   ? sql_.at_path(value, path)
                   : sql_.at_member(value, path.substr(0, bracket), path.substr(bracket + 1, 1),
                                    path.substr(bracket + 3, 1), path.substr(bracket + 6));
  intend("fault");
  return piece(Type::text, "json_extract_string(" + ours + ", '" + path + "')",
               "(case when " + sql_.is_json(value) + " then " + found + " end)", {},
               "(" + value + " is not null and not " + sql_.is_json(value) + ")");
}

/// The column of JSON documents, some broken, or one document.
Named Expressions::document() {
  auto column = std::ranges::find(columns_, "o1", &Named::ours);
  if (column != columns_.end() && !random_.once_in(4)) return *column;
  auto json = sql_text(random_.once_in(2) ? R"({"a":"x","b":[1,"y"]})"
                                          : R"({"b":null,"n":[{"u":"w","v":1}]})");
  return {json, json, Type::text};
}

/// The items of an array in a document; what is no array is a list of one.
Piece Expressions::json_items() {
  static const std::vector<std::string> paths = {"a", "b", "c", "c.d", "e", "n"};
  auto [ours, value, type] = document();
  const auto& path = random_.of(paths);
  intend("fault");
  return piece(
      Type::list, "json_list(" + ours + ", '" + path + "')",
      "(case when " + sql_.is_json(value) + " then " + sql_.items_at(value, path) + " end)", {},
      "(" + value + " is not null and not " + sql_.is_json(value) + ")");
}

/// A list in one cell: items as they are, quoted ones, and a quote that is not closed.
Piece Expressions::cell_list(int depth) {
  Piece a = make(Type::text, depth - 1);
  auto without_quotes = "replace(" + a.value + ", '\"', '')";
  auto ours = "replace(" + a.ours + ", '\"', '')";
  switch (random_.below(4)) {
    case 0:
      intend("fault");
      return piece(Type::list, "csv_list('\"' || " + ours + ")",
                   "(case when 0 = 1 then " + sql_.list_literal({"a"}) + " end)", {&a},
                   "(" + a.value + " is not null)");
    case 1:
      return piece(Type::list,
                   "csv_list(' \"' || replace(" + a.ours + ", '\"', '\"\"') || '\" , x y ,')",
                   "(case when " + a.value + " is not null then " +
                       sql_.list_of({a.value, "'x y'", "''"}) + " end)",
                   {&a});
    default: {
      auto sign = random_.of(std::vector<std::string>{",", "a", ";"});
      auto items = sql_.items(sql_.split(without_quotes, sign), "trim(value, ' ')", "", "key");
      return piece(Type::list, "csv_list(" + ours + (sign == "," ? ")" : ", '" + sign + "')"),
                   "(case when trim(" + without_quotes + ", ' ') = '' then " +
                       sql_.list_literal({}) + " when " + a.value + " is not null then " + items +
                       " end)",
                   {&a});
    }
  }
}

/// The value of one tag among others, in both forms they are written.
Piece Expressions::tagged(int depth) {
  Piece a = make(Type::text, depth - 1);
  if (random_.once_in(2)) {
    Piece whole = a;
    if (random_.once_in(2)) {
      whole.ours = "('{Id:' || " + a.ours + " || '},{a:7}')";
      whole.value = "('{Id:' || " + a.value + " || '},{a:7}')";
    }
    auto tag = random_.of(std::vector<std::string>{"Id", "Other", "a"});
    auto begin = "{" + tag + ":";
    auto rest = with(whole.value, "case when " + sql_.find("x", sql_text(begin)) +
                                      " > 0 then substr(x, " + sql_.find("x", sql_text(begin)) +
                                      " + " + std::to_string(begin.size()) + ") end");
    return piece(Type::text, "tagged(" + whole.ours + ", '" + tag + "')",
                 with(rest, "case when " + sql_.find("x", "'}'") + " > 1 then substr(x, 1, " +
                                sql_.find("x", "'}'") + " - 1) end"),
                 {&a});
  }
  Piece b = leaf(Type::text);
  auto colon = sql_.find("value", "':'");
  auto parts = sql_.items(
      sql_.split("('b: ' || " + a.value + " || '|a :' || " + b.value + ")", "|"),
      "trim(substr(value, " + colon + " + 1), ' ')",
      "where " + colon + " > 0 and trim(substr(value, 1, " + colon + " - 1), ' ') = 'a'", "key");
  return piece(Type::text, "tagged('b: ' || " + a.ours + " || '|a :' || " + b.ours + ", 'a', '|')",
               "(case when " + a.value + " is not null and " + b.value +
                   " is not null then nullif(" + with(parts, sql_.item("x", "1")) + ", '') end)",
               {&a, &b});
}

}  // namespace homeroom::differ

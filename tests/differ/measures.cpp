// Folding rows into one: groups and pivots with every measure.
#include <algorithm>

#include "tests/differ/tables.hpp"

namespace homeroom::differ {

/// What a measure or an argument can take: an expression that reads nothing it might fail at.
Piece Tables::readable(Type type) {
  for (int tries = 0; tries < 20; ++tries)
    if (auto made = expression(type, 1); made.fault.empty()) return made;
  return type == Type::boolean   ? Piece{"true", sql_.boolean(true), "", type}
         : type == Type::integer ? Piece{"1", sql_.integer("1"), "", type}
         : type == Type::date ? Piece{"date('2024-02-29', 'YYYY-MM-DD')", "'2024-02-29'", "", type}
                              : Piece{"'a'", "'a'", "", Type::text};
}

/// A value worked out for each row before rows are folded; a row in which it cannot be read goes.
std::string Tables::prepare(Piece& piece) {
  if (!piece.fault.empty()) next("select * from " + now_.sql + " where not " + piece.fault);
  auto name = fresh("a");
  next("select *, " + piece.value + " as " + name + " from " + now_.sql);
  return name;
}

Measure Tables::measure() {
  static const std::vector<std::string> words = {
      "count", "count", "count distinct", "sum",  "min",  "max",  "any",          "all",
      "first", "first", "last",           "last", "list", "list", "list distinct"};
  static const std::vector<Type> values = {Type::text, Type::integer, Type::date};
  Measure made;
  made.word = random_.of(words);
  made.ours = made.word;
  if (made.word == "sum") {
    auto found = std::ranges::find_if(now_.columns, &MadeColumn::is_small);
    made.type = Type::integer;
    if (found != now_.columns.end()) {
      made.value = found->sql;
      made.ours += ' ' + found->ours;
      return made;
    }
    made.ours = made.word = "count";
  }
  bool is_count = made.word.starts_with("count"), is_list = made.word.starts_with("list");
  made.type = is_count                                   ? Type::integer
              : is_list                                  ? Type::list
              : made.word == "any" || made.word == "all" ? Type::boolean
                                                         : random_.of(values);
  if (made.word == "count" && random_.once_in(2)) return made;
  auto value = is_count  ? expression(random_.of(values), 1)
               : is_list ? expression(Type::text, 1)
                         : expression(made.type, 1);
  made.ours += ' ' + value.ours;
  made.value = prepare(value);
  bool has_order = made.word == "first" || made.word == "last" || made.word == "list";
  for (auto count = has_order ? random_.below(3) : 0; count > 0; --count) {
    auto by = expression(random_.of(values), 1);
    bool is_descending = random_.once_in(2);
    made.ours += (made.order.empty() ? " by " : ", ") + by.ours + (is_descending ? " desc" : "");
    made.order.emplace_back(prepare(by), is_descending);
  }
  if (made.order.empty() && (made.word == "first" || made.word == "last")) intend("first");
  return made;
}

std::string Tables::taken(const Measure& measure, const std::string& test) const {
  auto chosen = [&](const std::string& value) {
    return test.empty() ? value : "case when " + test + " then " + value + " end";
  };
  const auto& word = measure.word;
  if (measure.value.empty()) return test.empty() ? "count(*)" : "count(" + chosen("1") + ")";
  auto value = chosen(measure.value);
  if (word == "count") return "count(" + value + ")";
  if (word == "count distinct") return "count(distinct " + value + ")";
  if (word == "sum") return "cast(sum(" + value + ") as bigint)";
  if (word == "min" || word == "all") return "min(" + value + ")";
  if (word == "max" || word == "any") return "max(" + value + ")";
  auto from = " as item from " + now_.sql + " as other where other.g_ = " + now_.sql + ".g_ and " +
              measure.value + " is not null" + (test.empty() ? "" : " and " + test);
  std::string order;
  bool is_last = word == "last";
  for (const auto& [column, is_descending] : measure.order)
    order += column + " is null, " + column + (is_descending != is_last ? " desc, " : ", ");
  if (word == "list distinct")
    return sql_.sorted_list("select distinct " + measure.value + from + " order by item");
  if (word == "list")
    return sql_.sorted_list("select " + measure.value + from + " order by " +
                            (measure.order.empty() ? measure.value + ", " : order) + "o_");
  return "(select " + measure.value + from + " order by " + order + (is_last ? "o_ desc" : "o_") +
         " limit 1)";
}

std::vector<MadeColumn> Tables::keys() {
  const auto* one = pick(key_types);
  const auto* two = random_.once_in(2) ? pick(key_types) : nullptr;
  if (!one) return {};
  std::vector<MadeColumn> out{*one};
  if (two && two != one) out.push_back(*two);
  return out;
}

void Tables::number_groups(const std::vector<MadeColumn>& by) {
  std::string keys;
  for (const auto& key : by) keys += (keys.empty() ? "" : ", ") + key.sql;
  next("select *, min(o_) over (partition by " + keys + ") as g_ from " + now_.sql);
}

/// Each group as one row: its keys as its first row has them, and `taken`.
void Tables::fold(const std::vector<MadeColumn>& by, const std::string& taken) {
  std::string firsts;
  for (const auto& key : by)
    firsts += ", max(case when o_ = g_ then " + key.sql + " end) as " + key.sql;
  next(
      "select g_ as o_, max(case when o_ = g_ then s_ end) as s_, max(case when o_ = g_ then r_ "
      "end) as r_, "
      "group_concat(b_, ',') as b_" +
      firsts + taken + " from " + now_.sql + " group by g_");
}

namespace {

std::string listed(const std::vector<MadeColumn>& columns) {
  std::string out;
  for (const auto& column : columns) out += (out.empty() ? "" : ", ") + column.ours;
  return out;
}

}  // namespace

void Tables::group() {
  auto by = keys();
  if (by.empty()) return;
  struct Taken {
    Measure measure;
    std::string test;
    MadeColumn made;
  };
  std::vector<Taken> all;
  std::string words;
  for (auto count = 1 + random_.below(3); count > 0; --count) {
    Taken one{measure(), "", {}};
    if (random_.once_in(3)) {
      auto test = expression(Type::boolean, 1);
      one.test = prepare(test);
      one.measure.ours += " where " + test.ours;
    }
    one.made = {fresh("g"), fresh("c"), one.measure.type, false, false};
    words += (words.empty() ? "" : ", ") + one.made.ours + ": " + in_yaml(one.measure.ours);
    all.push_back(one);
  }
  step("group: [" + listed(by) + "]\n      take: {" + words + "}\n");
  number_groups(by);
  std::string values;
  auto after = by;
  for (const auto& one : all) {
    values += ", " + taken(one.measure, one.test) + " as " + one.made.sql;
    after.push_back(one.made);
  }
  fold(by, values);
  now_.columns = after;
}

/// Rows whose text is none of those listed leave; each listed one is a column.
void Tables::pivot() {
  static const std::vector<std::string> texts = {
      "a", "b", "c", "A", "x", "1", "a text of many letters"};
  auto by = keys();
  if (by.empty()) return;
  const auto* key = random_.once_in(4) ? nullptr : pick({Type::text}, true);
  auto of = key ? Piece{key->ours, key->sql, "", Type::text} : expression(Type::text, 1);
  auto name = prepare(of);
  std::vector<std::string> chosen;
  for (const auto& text : texts)
    if (random_.once_in(2) || (chosen.empty() && text == texts.back())) chosen.push_back(text);
  std::string list, into;
  auto after = by;
  for (const auto& text : chosen) {
    after.push_back({fresh("g"), fresh("c"), Type::text, false, false});
    list += (list.empty() ? "" : ", ") + sql_text(text);
    into += (into.empty() ? "" : ", ") + after.back().ours + ": " + in_yaml(text);
  }
  next("select * from " + now_.sql + " where " + name + " in (" + list + ")");
  auto take = measure();
  step("pivot: " + in_yaml(of.ours) + "\n      into: {" + into + "}\n      by: [" + listed(by) +
       "]\n      take: " + in_yaml(take.ours) + '\n');
  number_groups(by);
  std::string values;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    auto& made = after[by.size() + i];
    made.type = take.type;
    values +=
        ", " + taken(take, "(" + name + " = " + sql_text(chosen[i]) + ")") + " as " + made.sql;
  }
  fold(by, values);
  now_.columns = after;
}

}  // namespace homeroom::differ

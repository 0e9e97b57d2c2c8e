#include "tests/differ/tables.hpp"

#include <algorithm>

namespace homeroom::differ {

const std::vector<StreamSpec>& streams() {
  static const std::vector<std::string> keys = {"a", "b", "c", "A", "", "a text of many letters"};
  static const std::vector<std::string> numbers = {"0", "1", "2", "7", "-3", "12", "x", ""};
  static const std::vector<StreamSpec> all = {
      {"people",
       {{"id", {"1", "2", "3", "4", "5", "6"}},
        {"k", keys},
        {"n", numbers},
        {"d", {"2024-02-29", "2025-07-01", "2014-11-03", "x", ""}}}},
      {"visits",
       {{"id", {"v1", "v2", "v3", "v4", "a"}},
        {"k", keys},
        {"n", numbers},
        {"t", {"a,b", "b", "", ",", "a,,c", "b,a text of many letters"}}}},
  };
  return all;
}

void Tables::next(const std::string& query) {
  now_.sql = fresh("q");
  ctes_ += (ctes_.empty() ? "" : ",\n ") + now_.sql + " as (" + query + ")";
}

std::string Tables::names(const std::vector<MadeColumn>& columns, const std::string& of) const {
  std::string out;
  for (const auto& column : columns) out += ", " + of + column.sql;
  return out;
}

MadeTable Tables::of_stream(const StreamSpec& spec) const {
  MadeTable made{spec.name, spec.name, {}};
  for (const auto& column : spec.columns)
    made.columns.push_back({column.name, "c_" + column.name, Type::text, true, false});
  return made;
}

const MadeColumn* Tables::pick(const std::vector<Type>& types, bool is_base) {
  std::vector<const MadeColumn*> fitting;
  for (const auto& column : now_.columns)
    if (std::ranges::find(types, column.type) != types.end() && (!is_base || column.is_base))
      fitting.push_back(&column);
  return fitting.empty() ? nullptr : random_.of(fitting);
}

Piece Tables::expression(Type type, int depth) {
  std::vector<Named> columns;
  for (const auto& column : now_.columns) columns.push_back({column.ours, column.sql, column.type});
  Expressions expressions(random_, sql_, columns);
  auto made = expressions.make(type, depth);
  intended_.insert(expressions.intended().begin(), expressions.intended().end());
  return made;
}

std::string Tables::or_null(const Piece& piece) {
  return piece.fault.empty() ? "" : " else null";
}

std::string Tables::nullable(const Piece& piece) const {
  return piece.fault.empty()
             ? piece.value
             : "(case when " + piece.fault + " then null else " + piece.value + " end)";
}

void Tables::add() {
  begin();
  auto steps = 1 + random_.below(4);
  if (random_.once_in(2)) join();  // a join must be told from the stream's own columns
  for (uint32_t i = 0; i < steps; ++i) switch (random_.below(10)) {
      case 0:
        where();
        break;
      case 1:
        refuse();
        break;
      case 2:
      case 3:
        set();
        break;
      case 4:
        unnest();
        break;
      case 5:
        distinct();
        break;
      case 6:
      case 7:
        group();
        break;
      case 8:
        unite();
        break;
      default:
        join();
        break;
    }
  made_.push_back(now_);
}

void Tables::begin() {
  bool is_stream = made_.empty() || random_.once_in(2);
  now_ = is_stream ? of_stream(random_.of(streams())) : random_.of(made_);
  auto name = fresh("t");
  yaml_ += "  " + name + ":\n";
  step("from: " + now_.ours + '\n');
  now_.ours = name;
  next("select * from " + now_.sql);
}

namespace {

const std::vector<Type> key_types = {Type::text, Type::integer, Type::boolean, Type::date,
                                     Type::date_part};

/// In double quotes of YAML.
std::string in_yaml(const std::string& text) {
  std::string out = "\"";
  for (char letter : text)
    out += letter == '"' || letter == '\\' ? std::string("\\") + letter : std::string(1, letter);
  return out + '"';
}

}  // namespace

void Tables::where() {
  auto test = expression(Type::boolean, 2);
  step("where: " + in_yaml(test.ours + or_null(test)) + '\n');
  next("select * from " + now_.sql + " where " + nullable(test));
}

void Tables::refuse() {
  auto test = expression(Type::boolean, 2);
  step("refuse: " + in_yaml(test.ours + or_null(test)) + "\n      why: generated\n");
  next("select * from " + now_.sql + " where not coalesce(" + nullable(test) + ", " +
       sql_.boolean(false) + ")");
}

void Tables::set() {
  static const std::vector<Type> types = {Type::text, Type::text,      Type::integer, Type::boolean,
                                          Type::date, Type::date_part, Type::list};
  const auto* number = pick({Type::text}, true);
  bool is_small = number && number->ours == "n" && random_.once_in(2);
  Piece value =
      is_small ? Piece{"integer(n)", "", "", Type::integer} : expression(random_.of(types), 2);
  auto words = is_small ? std::string(" else null") : or_null(value);
  if (is_small)
    value.value = "(case when " + sql_.only_digits("replace(" + number->sql + ", '-', '')") +
                  " then " + sql_.as_integer(number->sql) + " end)";
  MadeColumn made{fresh("v"), fresh("c"), value.type, false, is_small};
  step("set: {" + made.ours + ": " + in_yaml(value.ours + words) + "}\n");
  next("select *, " + nullable(value) + " as " + made.sql + " from " + now_.sql);
  now_.columns.push_back(made);
}

void Tables::unnest() {
  const auto* of = pick({Type::text});
  if (!of) return;
  MadeColumn made{fresh("u"), fresh("c"), Type::text, false, false};
  step("unnest: \"split(" + of->ours + ", ',')\"\n      as: " + made.ours + '\n');
  next("select s_, r_" + names(now_.columns) +
       ", row_number() over (order by o_, u.key) as o_, u.value as " + made.sql + " from " +
       now_.sql + " as l, " +
       sql_.rows_of("(case when l." + of->sql + " is not null then " +
                    sql_.split("l." + of->sql, ",") + " end)") +
       " as u");
  now_.columns.push_back(made);
}

void Tables::distinct() {
  const auto* one = pick(key_types);
  const auto* two = random_.once_in(2) ? pick(key_types) : nullptr;
  if (!one) return;
  step("distinct: [" + one->ours + (two && two != one ? ", " + two->ours : "") + "]\n");
  if (!two) two = one;
  auto kept = "o_, s_, r_" + names(now_.columns);
  next("select " + kept + " from (select *, row_number() over (partition by " + one->sql + ", " +
       two->sql + " order by o_) as n_ from " + now_.sql + ") where n_ = 1");
}

/// What a measure can take: an expression that reads nothing it might fail at.
Piece Tables::readable(Type type) {
  for (int tries = 0; tries < 20; ++tries)
    if (auto made = expression(type, 1); made.fault.empty()) return made;
  return type == Type::boolean   ? Piece{"true", sql_.boolean(true), "", type}
         : type == Type::integer ? Piece{"1", sql_.integer("1"), "", type}
         : type == Type::date ? Piece{"date('2024-02-29', 'YYYY-MM-DD')", "'2024-02-29'", "", type}
                              : Piece{"'a'", "'a'", "", Type::text};
}

std::string Tables::measure(std::vector<MadeColumn>& after, std::string& prepared,
                            std::string& taken) {
  MadeColumn made{fresh("g"), fresh("c"), Type::integer, false, false};
  auto name = fresh("a");
  auto prepare = [&](const Piece& piece) { prepared += ", " + nullable(piece) + " as " + name; };
  auto take = [&](const std::string& what) { taken += ", " + what + " as " + made.sql; };
  std::string ours;
  switch (random_.below(8)) {
    case 0:
      ours = "count";
      take("count(*)");
      break;
    case 1: {
      auto test = readable(Type::boolean);
      prepare(test);
      ours = "count where " + test.ours;
      take("cast(sum(case when " + name + " then 1 else 0 end) as bigint)");
      break;
    }
    case 2: {
      auto found = std::ranges::find_if(now_.columns, &MadeColumn::is_small);
      if (found == now_.columns.end()) return "";
      ours = "sum " + found->ours;
      take("cast(sum(" + found->sql + ") as bigint)");
      break;
    }
    case 3: {
      made.type = random_.of(std::vector<Type>{Type::text, Type::integer, Type::date});
      auto value = readable(made.type);
      prepare(value);
      const char* word = random_.once_in(2) ? "min" : "max";
      ours = std::string(word) + ' ' + value.ours;
      take(std::string(word) + "(" + name + ")");
      break;
    }
    case 4: {
      made.type = Type::boolean;
      auto test = readable(Type::boolean);
      prepare(test);
      bool is_any = random_.once_in(2);
      ours = (is_any ? "any " : "all ") + test.ours;
      take(std::string(is_any ? "max" : "min") + "(" + name + ")");
      break;
    }
    case 5: {
      made.type = Type::list;
      auto value = readable(Type::text);
      prepare(value);
      ours = "list " + value.ours;
      taken += ", " +
               sql_.sorted_list("select " + name +
                                " as item from GROUPED as other where other.g_ = GROUPED.g_ and " +
                                name + " is not null order by " + name) +
               " as " + made.sql;
      break;
    }
    default: {  // the first that says something, not what the first row says
      made.type = Type::text;
      intend("first");
      auto value = readable(Type::text);
      prepare(value);
      bool is_first = random_.once_in(2);
      ours = (is_first ? "first " : "last ") + value.ours;
      take("substr(" + std::string(is_first ? "min" : "max") + "(case when " + name +
           " is not null then " + sql_.padded("o_", 6) + " || " + name + " end), 7)");
    }
  }
  auto text = made.ours + ": " + in_yaml(ours);
  after.push_back(made);
  return text;
}

void Tables::group() {
  const auto* one = pick(key_types);
  const auto* two = random_.once_in(2) ? pick(key_types) : nullptr;
  if (!one) return;
  std::vector<MadeColumn> by{*one};
  if (two && two != one) by.push_back(*two);
  auto after = by;
  std::string prepared, taken, takes;
  for (auto measures = 1 + random_.below(2); measures > 0; --measures)
    if (auto text = measure(after, prepared, taken); !text.empty())
      takes += (takes.empty() ? "" : ", ") + text;
  if (takes.empty()) return;
  std::string keys, firsts;
  for (const auto& key : by) {
    keys += (keys.empty() ? "" : ", ") + key.sql;
    firsts += ", max(case when o_ = g_ then " + key.sql + " end) as " + key.sql;
  }
  std::string words;
  for (const auto& key : by) words += (words.empty() ? "" : ", ") + key.ours;
  step("group: [" + words + "]\n      take: {" + takes + "}\n");
  next("select *, min(o_) over (partition by " + keys + ") as g_" + prepared + " from " + now_.sql);
  for (auto at = taken.find("GROUPED"); at != taken.npos; at = taken.find("GROUPED"))
    taken.replace(at, 7, now_.sql);
  next(
      "select g_ as o_, max(case when o_ = g_ then s_ end) as s_, max(case when o_ = g_ then r_ "
      "end) as r_" +
      firsts + taken + " from " + now_.sql + " group by g_");
  now_.columns = after;
}

void Tables::join() {
  const auto* value = pick({Type::text}, true);
  if (!value) return;
  bool is_stream = made_.empty() || random_.once_in(2);
  auto target = is_stream ? of_stream(random_.of(streams())) : random_.of(made_);
  std::vector<MadeColumn> keys;
  for (const auto& column : target.columns)
    if (column.is_base && column.type == Type::text) keys.push_back(column);
  if (keys.empty()) return;
  auto key = random_.of(keys);
  bool is_many = random_.once_in(2), is_upper = random_.once_in(4);
  auto unmatched = random_.of(std::vector<std::string>{"keep", "keep", "drop", "set_aside"});
  auto alias = fresh("j");
  intend("matches");
  step("join: " + target.ours + "\n      as: " + alias + "\n      by: " + alias + '.' + key.ours +
       " = " + (is_upper ? "upper(" + value->ours + ")" : value->ours) +
       "\n      unmatched: " + unmatched + "\n      matches: " + (is_many ? "many" : "one") + '\n');
  auto looked_up = is_upper ? "upper(l." + value->sql + ")" : "l." + value->sql;
  std::string theirs;
  auto columns = now_.columns;
  for (const auto& column : target.columns) {
    MadeColumn made{alias + '.' + column.ours, fresh("c"), column.type, false, column.is_small};
    theirs += ", r." + column.sql + " as " + made.sql;
    columns.push_back(made);
  }
  auto matched =
      "(select count(*) from " + target.sql + " as m where m." + key.sql + " = " + looked_up + ")";
  std::string kept = unmatched == "keep" ? "0 = 0" : matched + " > 0";
  if (!is_many) kept += " and " + matched + " <= 1";
  next("select l.s_, l.r_" + names(now_.columns, "l.") + theirs +
       ", row_number() over (order by l.o_, r.o_) as o_ from " + now_.sql + " as l left join " +
       target.sql + " as r on r." + key.sql + " = " + looked_up + " where " + kept);
  now_.columns = columns;
}

void Tables::unite() {
  if (made_.empty()) return;
  auto is_list = [](const MadeColumn& column) { return column.type == Type::list; };
  if (std::ranges::any_of(now_.columns, is_list)) return;
  auto other = random_.of(made_);
  auto is_other_type = [&](const MadeColumn& column) {
    auto found = std::ranges::find(other.columns, column.ours, &MadeColumn::ours);
    return found != other.columns.end() && found->type != column.type;
  };
  if (std::ranges::any_of(now_.columns, is_other_type)) return;
  std::string theirs;
  for (auto& column : now_.columns) {
    auto found = std::ranges::find_if(other.columns, [&](const MadeColumn& of) {
      return of.ours == column.ours && of.type == column.type;
    });
    auto null = sql_.is_sqlite()               ? "null"
                : column.type == Type::integer ? "cast(null as bigint)"
                : column.type == Type::boolean ? "cast(null as boolean)"
                                               : "cast(null as varchar)";
    theirs += ", " + (found == other.columns.end() ? std::string(null) : found->sql);
    column.is_base = false;
  }
  step("union: " + other.ours + '\n');
  next("select row_number() over (order by o_) as o_, s_, r_" + names(now_.columns) +
       " from (select o_, s_, r_" + names(now_.columns) + " from " + now_.sql +
       " union all select o_ + 1000000, s_, r_" + theirs + " from " + other.sql + ")");
}

}  // namespace homeroom::differ

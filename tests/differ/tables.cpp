#include "tests/differ/tables.hpp"

#include <algorithm>
#include <utility>

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

Piece Tables::expression(Type type, int depth, const std::vector<Named>& more) {
  std::vector<Named> columns = more;
  for (const auto& column : now_.columns) {
    auto is_it = [&](const Named& other) { return other.ours == column.ours; };
    if (std::ranges::none_of(more, is_it))
      columns.push_back({column.ours, column.sql, column.type});
  }
  Expressions expressions(random_, sql_, columns);
  auto made = expressions.make(type, depth);
  intended_.insert(expressions.intended().begin(), expressions.intended().end());
  return made;
}

std::string Tables::settle(Piece& piece) {
  if (piece.fault.empty()) return "";
  auto fault = std::exchange(piece.fault, "");
  if (random_.once_in(3)) {  // the row is set aside
    next("select * from " + now_.sql + " where not " + fault);
    return random_.once_in(2) ? "" : " else reject";
  }
  bool has_text = piece.type == Type::text && random_.once_in(2);
  piece.value = "(case when " + fault + " then " + (has_text ? "'zz'" : "null") + " else " +
                piece.value + " end)";
  return has_text ? " else 'zz'" : " else null";
}

void Tables::add() {
  begin();
  auto steps = 1 + random_.below(4);
  if (random_.once_in(2)) join();  // a join must be told from the stream's own columns
  for (uint32_t i = 0; i < steps; ++i) switch (random_.below(15)) {
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
      case 9:
      case 10:
        pivot();
        break;
      case 11:
        unpivot();
        break;
      case 12:
        assert_that();
        break;
      case 13:
        use_piece();
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

std::string in_yaml(const std::string& text) {
  std::string out = "\"";
  for (char letter : text)
    out += letter == '"' || letter == '\\' ? std::string("\\") + letter : std::string(1, letter);
  return out + '"';
}

void Tables::where() {
  auto test = expression(Type::boolean, 2);
  if (random_.once_in(2)) {  // else few rows would be left of many steps
    test.ours = "coalesce(" + test.ours + ", true)";
    test.value = "coalesce(" + test.value + ", " + sql_.boolean(true) + ")";
  }
  auto words = settle(test);
  step("where: " + in_yaml(test.ours + words) + '\n');
  next("select * from " + now_.sql + " where " + test.value);
}

void Tables::refuse() {
  auto test = expression(Type::boolean, 2);
  auto words = settle(test);
  step("refuse: " + in_yaml(test.ours + words) + "\n      why: generated\n");
  next("select * from " + now_.sql + " where not coalesce(" + test.value + ", " +
       sql_.boolean(false) + ")");
}

/// What is unknown breaks nothing; a warning keeps the row.
void Tables::assert_that() {
  auto test = expression(Type::boolean, 2);
  auto words = settle(test);
  auto severity = random_.of(std::vector<std::string>{"", "fatal", "warning"});
  step("assert: " + in_yaml(test.ours + words) + "\n      says: generated\n" +
       (severity.empty() ? "" : "      severity: " + severity + '\n'));
  if (severity != "warning")
    next("select * from " + now_.sql + " where coalesce(" + test.value + ", " + sql_.boolean(true) +
         ")");
}

void Tables::set() {
  static const std::vector<Type> types = {Type::text, Type::text,      Type::integer, Type::boolean,
                                          Type::date, Type::date_part, Type::list};
  const auto* number = pick({Type::text}, true);
  bool is_small = number && number->ours == "n" && random_.once_in(2);
  if (is_small) {
    auto value = "(case when " + sql_.only_digits("replace(" + number->sql + ", '-', '')") +
                 " then " + sql_.as_integer(number->sql) + " end)";
    add_column("integer(n) else null", value, Type::integer, true);
    return;
  }
  auto value = expression(random_.of(types), 2);
  auto words = settle(value);
  add_column(value.ours + words, value.value, value.type, false);
}

void Tables::add_column(const std::string& ours, const std::string& value, Type type,
                        bool is_small) {
  MadeColumn made{fresh("v"), fresh("c"), type, false, is_small};
  step("set: {" + made.ours + ": " + in_yaml(ours) + "}\n");
  next("select *, " + value + " as " + made.sql + " from " + now_.sql);
  now_.columns.push_back(made);
}

void Tables::unnest() {
  auto list = expression(Type::list, 1);
  auto words = settle(list);
  MadeColumn made{fresh("u"), fresh("c"), Type::text, false, false};
  step("unnest: " + in_yaml(list.ours + words) + "\n      as: " + made.ours + '\n');
  next("select *, " + list.value + " as u_ from " + now_.sql);
  next("select s_, r_, b_" + names(now_.columns) +
       ", row_number() over (order by o_, u.key) as o_, u.value as " + made.sql + " from " +
       now_.sql + " as l, " + sql_.rows_of("l.u_") + " as u");
  now_.columns.push_back(made);
}

/// Columns of one type become rows that say which.
void Tables::unpivot() {
  const auto* first = pick({Type::text, Type::integer, Type::date});
  if (!first) return;
  std::vector<MadeColumn> of;
  for (const auto& column : now_.columns)
    if (column.type == first->type && (column.ours == first->ours || random_.once_in(2)))
      of.push_back(column);
  MadeColumn label{fresh("u"), fresh("c"), Type::text, false, false};
  MadeColumn value{fresh("u"), fresh("c"), first->type, false, false};
  std::string ours, labels, values, places;
  for (std::size_t i = 0; i < of.size(); ++i) {
    auto at = std::to_string(i);
    ours += (i ? ", " : "") + of[i].ours;
    labels += " when " + at + " then " + sql_text(of[i].ours);
    values += " when " + at + " then l." + of[i].sql;
    places += (i ? " union all select " : "select ") + at + (i ? "" : " as c_");
  }
  step("unpivot: [" + ours + "]\n      name: " + label.ours + "\n      value: " + value.ours +
       '\n');
  next("select s_, r_, b_" + names(now_.columns) + ", " + label.sql + ", " + value.sql +
       ", row_number() over (order by o_, c_) as o_ from (select l.*, k.c_, case k.c_" + labels +
       " end as " + label.sql + ", case k.c_" + values + " end as " + value.sql + " from " +
       now_.sql + " as l, (" + places + ") as k) as p where " + value.sql + " is not null");
  now_.columns.push_back(label);
  now_.columns.push_back(value);
}

/// Something said with arguments above the tables and used here: a value or steps. The names of
/// arguments stand in texts, in names of functions and behind tables too, where they mean nothing.
void Tables::use_piece() {
  static const std::vector<std::string> words = {"a", "k", "n", "text", "length", "date", "id"};
  auto name = fresh("p"), first = random_.of(words), second = random_.of(words);
  if (first == second) second = "other";
  auto one = readable(Type::text), two = readable(Type::integer);
  std::vector<Named> arguments = {{first, "(" + one.value + ")", Type::text},
                                  {second, "(" + two.value + ")", Type::integer}};
  auto given = ", " + first + ": " + in_yaml(one.ours) + ", " + second + ": " + in_yaml(two.ours);
  bool is_steps = random_.once_in(2);
  auto value =
      expression(is_steps ? Type::boolean
                          : random_.of(std::vector<Type>{Type::text, Type::integer, Type::list}),
                 2, arguments);
  auto clause = settle(value);
  MadeColumn made{fresh("v"), fresh("c"), value.type, false, false};
  auto body = in_yaml(value.ours + clause);
  auto head = "  " + name + ":\n    takes: [" + first + ", " + second;
  if (is_steps) {
    pieces_ += head + ", made]\n    is:\n      - set: {\"{made}\": " + body +
               "}\n      - where: made is not null\n";
    step("{use: " + name + given + ", made: " + made.ours + "}\n");
  } else {
    pieces_ += head + "]\n    is: " + body + '\n';
    step("set: {" + made.ours + ": {use: " + name + given + "}}\n");
  }
  next("select *, " + value.value + " as " + made.sql + " from " + now_.sql);
  if (is_steps) next("select * from " + now_.sql + " where " + made.sql + " is not null");
  now_.columns.push_back(made);
}

void Tables::distinct() {
  const auto* one = pick(key_types);
  const auto* two = random_.once_in(2) ? pick(key_types) : nullptr;
  if (!one) return;
  step("distinct: [" + one->ours + (two && two != one ? ", " + two->ours : "") + "]\n");
  if (!two) two = one;
  auto parts = "over (partition by " + one->sql + ", " + two->sql;
  next("select o_, s_, r_, all_ as b_" + names(now_.columns) + " from (select *, row_number() " +
       parts + " order by o_) as n_, group_concat(b_, ',') " + parts + ") as all_ from " +
       now_.sql + ") where n_ = 1");
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
  next("select l.s_, l.r_, l.b_ || coalesce(',' || r.b_, '') as b_" + names(now_.columns, "l.") +
       theirs + ", row_number() over (order by l.o_, r.o_) as o_ from " + now_.sql +
       " as l left join " + target.sql + " as r on r." + key.sql + " = " + looked_up + " where " +
       kept);
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
  next("select row_number() over (order by o_) as o_, s_, r_, b_" + names(now_.columns) +
       " from (select o_, s_, r_, b_" + names(now_.columns) + " from " + now_.sql +
       " union all select o_ + 1000000, s_, r_, b_" + theirs + " from " + other.sql + ")");
}

}  // namespace homeroom::differ

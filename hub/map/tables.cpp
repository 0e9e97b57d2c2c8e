// Compiling the tables of a mapping: steps that keep the columns they find.
#include <algorithm>

#include "hub/map/matching.hpp"
#include "hub/map/table_compiler.hpp"

namespace homeroom::map {

using settings::Kind;
using settings::Node;

void TableCompiler::compile(const Node& key, const Node& steps) {
  Table table;
  table.name = key.text();
  table.place = key.place();
  if (plan_.table(table.name) || plan_.stream(table.name)) key.refuse("the name is taken already");
  auto items = steps.items();
  if (items.empty() || !items[0].find("from")) key.refuse("a table begins with - from: STREAM");
  items[0].only({"from"});
  table.from = origin(items[0].find("from"));
  table.from_columns = columns_of(table.from, "");
  columns_ = table.from_columns;
  parts_ = parts_of(table.from);
  for (std::size_t i = 1; i < items.size(); ++i) table.steps.push_back(step(items[i]));
  table.parts = parts_;
  plan_.tables.push_back(std::move(table));
}

Origin TableCompiler::origin(const Node& node) const {
  if (auto table = plan_.table(node.text())) return {true, *table};
  if (auto stream = plan_.stream(node.text())) return {false, *stream};
  if (all_.find(node.text()))
    node.refuse("the table " + node.text() +
                " is not made yet here; a table is made only of streams and of tables above it");
  std::vector<std::string> names;
  for (const auto& reads : plan_.reads) names.push_back(reads.stream);
  for (const auto& table : plan_.tables) names.push_back(table.name);
  auto near = settings::did_you_mean(node.text(), names);
  node.refuse("no stream or earlier table " + node.text() +
              (near ? ", did you mean " + *near + "?" : ""));
}

std::vector<NamedColumn> TableCompiler::columns_of(Origin from, const std::string& prefix) const {
  std::vector<NamedColumn> columns;
  if (from.is_table) {
    columns = plan_.tables[from.index].columns();
    for (auto& column : columns) column.name = prefix + column.name;
  } else {
    for (const auto& column : plan_.reads[from.index].columns)
      columns.push_back({prefix + column.name, express::Type::text, 0, column.name});
  }
  return columns;
}

uint32_t TableCompiler::find(const Node& name) const {
  auto found = std::ranges::find(columns_, name.text(), &NamedColumn::name);
  if (found != columns_.end()) return static_cast<uint32_t>(found - columns_.begin());
  std::vector<std::string> names;
  for (const auto& column : columns_) names.push_back(column.name);
  auto near = settings::did_you_mean(name.text(), names);
  name.refuse("no column " + name.text() + (near ? ", did you mean " + *near + "?" : ""));
}

uint32_t TableCompiler::key(const Node& name) const {
  auto index = find(name);
  auto type = columns_[index].type;
  if (type == express::Type::list || type == express::Type::json)
    name.refuse("a list or JSON value tells no rows apart; join it into text first");
  return index;
}

void TableCompiler::add_column(const Node& name, express::Type type) {
  if (std::ranges::find(columns_, name.text(), &NamedColumn::name) != columns_.end())
    name.refuse("there is a column " + name.text() + " already; choose another name");
  columns_.push_back({name.text(), type, 0, ""});
}

std::optional<Expression> TableCompiler::expression(const Node& node, const std::string& text,
                                                    Program program) {
  if (!program) program = new_program(plan_, columns_);
  auto made = compile_expression(plan_, columns_, node, text, std::move(program), remarks_);
  if (made && made->compiled.on_fault == express::Else::keep) {
    remarks_.push_back(
        {true, node.place(),
         "a step has no former value to keep; write else null, else 'VALUE' or else reject"});
    return std::nullopt;
  }
  return made;
}

std::optional<Expression> TableCompiler::condition(const Node& node, const std::string& text,
                                                   Program program) {
  auto made = expression(node, text, std::move(program));
  if (!made || made->compiled.type == express::Type::boolean) return made;
  remarks_.push_back({true, node.place(), "a condition is expected here, found a value"});
  return std::nullopt;
}

Step TableCompiler::step(const Node& node) {
  Step made;
  made.place = node.place();
  if (auto where = node.find("where")) {
    node.only({"where"});
    made.kind = Step::Kind::where;
    made.test = condition(where);
  } else if (auto target = node.find("join")) {
    join(node, target, made);
  } else if (auto list = node.find("unnest")) {
    unnest(node, list, made);
  } else if (auto values = node.find("set")) {
    set(node, values, made);
  } else if (auto names = node.find("distinct")) {
    distinct(node, names, made);
  } else if (auto other = node.find("union")) {
    unite(node, other, made);
  } else if (auto keys = node.find("group")) {
    group(node, keys, made);
  } else if (auto value = node.find("pivot")) {
    pivot(node, value, made);
  } else if (auto columns = node.find("unpivot")) {
    unpivot(node, columns, made);
  } else if (auto test = node.find("assert")) {
    assert_that(node, test, made);
  } else if (auto refuse = node.find("refuse")) {
    node.only({"refuse", "why"});
    made.kind = Step::Kind::refuse;
    made.test = condition(refuse);
    made.says = node.require("why").text();
  } else {
    node.refuse(
        "unknown step; steps are where, join, unnest, set, distinct, union, group, pivot, unpivot, "
        "refuse, assert");
  }
  made.columns = columns_;
  made.is_needed.assign(columns_.size(), 0);
  return made;
}

void TableCompiler::set(const Node& node, const Node& set, Step& made) {
  node.only({"set"});
  made.kind = Step::Kind::set;
  auto program = new_program(plan_, columns_);
  std::vector<std::pair<Node, express::Type>> added;
  for (const auto& [name, value] : entries_of(set, columns_)) {
    auto fixed = value.find("literal");
    if (fixed) value.only({"literal"});
    if (auto compiled =
            expression(value, fixed ? quoted_text(fixed.text()) : value.text(), program)) {
      added.emplace_back(name, compiled->compiled.type);
      made.sets.push_back(*compiled);
    }
  }
  for (const auto& [name, type] : added) add_column(name, type);
}

void TableCompiler::unnest(const Node& node, const Node& list, Step& made) {
  node.only({"unnest", "as"});
  made.kind = Step::Kind::unnest;
  made.test = expression(list, list.text());
  if (made.test && made.test->compiled.type != express::Type::list)
    remarks_.push_back({true, list.place(), "a list is expected here, like split(column, ',')"});
  add_column(node.require("as"), express::Type::text);
}

void TableCompiler::distinct(const Node& node, const Node& names, Step& made) {
  node.only({"distinct"});
  made.kind = Step::Kind::distinct;
  made.cost = StepClass::subject_local;
  for (const auto& name : names.items()) made.by.push_back(key(name));
}

void TableCompiler::unite(const Node& node, const Node& other, Step& made) {
  node.only({"union"});
  made.kind = Step::Kind::union_with;
  auto from = origin(other);
  if (!from.is_table)
    other.refuse("union takes a table; make one of the stream: - from: " + other.text());
  made.other = from.index;
  const auto& theirs = plan_.tables[from.index].columns();
  for (const auto& column : columns_) {
    auto found = std::ranges::find(theirs, column.name, &NamedColumn::name);
    if (found != theirs.end() && found->type != column.type)
      other.refuse("the column " + column.name + " is " + word(column.type) + " here and " +
                   word(found->type) + " in " + other.text());
    made.other_columns.push_back(
        found == theirs.end() ? none : static_cast<uint32_t>(found - theirs.begin()));
  }
  parts_ += parts_of(from);
  made.cost = StepClass::subject_local;
}

void TableCompiler::assert_that(const Node& node, const Node& test, Step& made) {
  node.only({"assert", "says", "severity"});
  made.kind = Step::Kind::assert_that;
  made.test = condition(test);
  made.says = node.require("says").text();
  auto severity = node.find("severity");
  if (!severity || severity.text() == "critical") return;
  if (severity.text() == "fatal")
    made.severity = record::Severity::fatal;
  else if (severity.text() == "warning")
    made.severity = record::Severity::warning;
  else if (severity.text() == "info")
    made.severity = record::Severity::info;
  else
    severity.refuse(
        "expected fatal or critical (the row is set aside), warning or info (it goes on)");
}

void compile_tables(const Node& node, Plan& plan, std::vector<Remark>& remarks) {
  for (const auto& [key, steps] : node.entries())
    TableCompiler(plan, remarks, node).compile(key, steps);
}

}  // namespace homeroom::map

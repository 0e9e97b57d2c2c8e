// Compiling the steps that turn many rows into one and columns into rows: group, pivot, unpivot.
#include <algorithm>

#include "hub/map/matching.hpp"
#include "hub/map/table_compiler.hpp"

namespace homeroom::map {

using express::Type;
using settings::Kind;
using settings::Node;

/// From here on only the keys are columns.
void TableCompiler::keep_keys(const Node& names, Step& made) {
  std::vector<NamedColumn> keys;
  for (const auto& name : names.items()) {
    made.by.push_back(key(name));
    keys.push_back(columns_[made.by.back()]);
  }
  columns_ = std::move(keys);
  made.cost = StepClass::subject_local;
}

void TableCompiler::group(const Node& node, const Node& names, Step& made) {
  node.only({"group", "take"});
  made.kind = Step::Kind::group;
  auto program = made.program = new_program(plan_, columns_);
  std::vector<std::pair<Node, Type>> taken;
  for (const auto& [name, value] : entries_of(node.require("take"), columns_))
    if (auto compiled = measure(value, value.text(), program)) {
      taken.emplace_back(name, type_of(*compiled));
      made.measures.push_back(std::move(*compiled));
    }
  keep_keys(names, made);
  for (const auto& [name, type] : taken) add_column(name, type);
}

/// A group with one measure for each listed value, of the rows that have it.
void TableCompiler::pivot(const Node& node, const Node& value, Step& made) {
  node.only({"pivot", "into", "by", "take"});
  made.kind = Step::Kind::pivot;
  auto program = made.program = new_program(plan_, columns_);
  auto of = expression(value, value.text(), program);
  if (of && of->compiled.type != Type::text)
    value.refuse("a text is expected here; wrap it in text(...)");
  auto into = node.require("into");
  std::vector<std::pair<Node, Node>> cells;
  if (into.kind() == Kind::map)
    cells = into.entries();
  else
    for (const auto& name : into.items()) cells.emplace_back(name, name);
  if (cells.empty()) into.refuse("into lists the columns: [VALUE, ...] or {column: VALUE, ...}");
  auto take = node.require("take");
  std::vector<std::pair<Node, Type>> taken;
  std::string listed;
  for (const auto& [name, text] : cells) {
    auto is_it = "(" + value.text() + ") = " + quoted_text(text.text());
    listed += (listed.empty() ? "" : ", ") + quoted_text(text.text());
    auto compiled = of ? measure(take, take.text(), program) : std::nullopt;
    if (!compiled) return;
    if (compiled->test)
      take.refuse("the values of a pivot say which rows count; put a where step before it");
    compiled->test = condition(value, is_it, program);
    taken.emplace_back(name, type_of(*compiled));
    made.measures.push_back(std::move(*compiled));
  }
  made.test = condition(value, "(" + value.text() + ") in (" + listed + ")", program);
  keep_keys(node.require("by"), made);
  for (const auto& [name, type] : taken) add_column(name, type);
}

void TableCompiler::unpivot(const Node& node, const Node& columns, Step& made) {
  node.only({"unpivot", "name", "value"});
  made.kind = Step::Kind::unpivot;
  for (const auto& name : columns.items()) {
    if (auto pattern = pattern_of(name)) {
      for (const auto& match : matching(name, *pattern, columns_)) {
        made.taken.push_back(match.column);
        made.labels.push_back(match.groups.size() > 1 ? match.groups[1] : match.groups[0]);
      }
    } else {
      made.taken.push_back(find(name));
      made.labels.push_back(name.text());
    }
  }
  if (made.taken.empty()) columns.refuse("unpivot names the columns that become rows");
  auto type = columns_[made.taken[0]].type;
  for (auto column : made.taken)
    if (columns_[column].type != type)
      columns.refuse(columns_[column].name + " is " + word(columns_[column].type) + ", " +
                     columns_[made.taken[0]].name + " is " + word(type) +
                     "; one column holds one type");
  add_column(node.require("name"), Type::text);
  add_column(node.require("value"), type);
}

namespace {

struct Word {
  const char* text;
  Aggregate kind;
};
constexpr Word words[] = {
    {"count", Aggregate::count}, {"sum", Aggregate::sum},   {"min", Aggregate::min},
    {"max", Aggregate::max},     {"any", Aggregate::any},   {"all", Aggregate::all},
    {"first", Aggregate::first}, {"last", Aggregate::last}, {"list", Aggregate::list}};

/// Takes a word off the beginning; its case does not matter.
bool take_word(std::string& text, const std::string& word) {
  if (text.size() < word.size() || !std::equal(word.begin(), word.end(), text.begin()))
    return false;
  if (text.size() > word.size() && text[word.size()] != ' ') return false;
  text = trimmed(text.substr(word.size()));
  return true;
}

/// Cuts " by ..." or " where ..." off the end.
std::optional<std::string> cut(std::string& text, const std::string& word) {
  auto parts = split_outside(" " + text + " ", " " + word + " ");
  if (parts.size() < 2) return std::nullopt;
  text = trimmed(parts[0]);
  return trimmed(parts[1]);
}

bool is_ordered_type(Type type) {
  return type != Type::boolean && type != Type::list && type != Type::json;
}

}  // namespace

/// "first score by taken desc, id where kind = 'final'"
std::optional<Measure> TableCompiler::measure(const Node& node, const std::string& said,
                                              const Program& program) {
  Measure made;
  auto text = trimmed(said);
  auto found =
      std::ranges::find_if(words, [&](const Word& word) { return take_word(text, word.text); });
  if (found == std::end(words))
    node.refuse("expected count, sum, min, max, any, all, first, last or list");
  made.kind = found->kind;
  if (auto test = cut(text, "where")) made.test = condition(node, *test, program);
  auto order = cut(text, "by");
  bool has_order =
      made.kind == Aggregate::first || made.kind == Aggregate::last || made.kind == Aggregate::list;
  if (order && !has_order) node.refuse("only first, last and list take an order");
  for (auto part : order ? split_outside(*order, ",") : std::vector<std::string>{}) {
    part = trimmed(part);
    bool is_descending = part.ends_with(" desc");
    if (is_descending) part = trimmed(part.substr(0, part.size() - 5));
    if (auto value = expression(node, part, program)) made.order.push_back({*value, is_descending});
  }
  bool is_distinct = take_word(text, "distinct");
  if (is_distinct && made.kind == Aggregate::count)
    made.kind = Aggregate::count_distinct;
  else if (is_distinct && made.kind == Aggregate::list)
    made.is_distinct = true;
  else if (is_distinct)
    node.refuse("only count and list take distinct");
  if (made.is_distinct && !made.order.empty())
    node.refuse("a list of distinct values is in their own order");
  if (text.empty() && made.kind != Aggregate::count)
    node.refuse(std::string(found->text) + " of what? Write the value behind it");
  if (!text.empty()) made.value = expression(node, text, program);
  if ((!text.empty() && !made.value) || !can_measure(made, node)) return std::nullopt;
  return made;
}

bool TableCompiler::can_measure(const Measure& measure, const Node& node) {
  if (!measure.value) return true;
  auto type = measure.value->compiled.type;
  const char* wanted = nullptr;
  switch (measure.kind) {
    case Aggregate::sum:
      if (type != Type::integer && type != Type::decimal && type != Type::real)
        wanted = "sum takes numbers";
      break;
    case Aggregate::min:
    case Aggregate::max:
      if (!is_ordered_type(type)) wanted = "min and max take numbers, dates, timestamps and text";
      break;
    case Aggregate::any:
    case Aggregate::all:
      if (type != Type::boolean) wanted = "any and all take a condition";
      break;
    case Aggregate::list:
      if (type != Type::text) wanted = "a list holds text; wrap the value in text(...)";
      break;
    default:
      break;
  }
  if (!wanted) return true;
  remarks_.push_back({true, node.place(), std::string(wanted) + ", found " + word(type)});
  return false;
}

Type TableCompiler::type_of(const Measure& measure) {
  if (measure.kind == Aggregate::count || measure.kind == Aggregate::count_distinct)
    return Type::integer;
  if (measure.kind == Aggregate::list) return Type::list;
  return measure.value->compiled.type;
}

}  // namespace homeroom::map

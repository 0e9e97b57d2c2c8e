// Compiling the tables of a mapping: each step is checked against the columns it finds.
#include <algorithm>

#include "hub/map/plan.hpp"

namespace homeroom::map {

namespace {

using settings::Kind;
using settings::Node;

class TableCompiler {
 public:
  TableCompiler(Plan& plan, std::vector<Remark>& remarks) : plan_(plan), remarks_(remarks) {}

  void compile(const Node& key, const Node& steps) {
    Table table;
    table.name = key.text();
    table.place = key.place();
    if (plan_.table(table.name) || plan_.stream(table.name)) key.refuse("the name is taken already");
    auto items = steps.items();
    if (items.empty() || !items[0].find("from")) key.refuse("a table begins with - from: STREAM");
    auto from = items[0].find("from");
    table.from = origin(from);
    table.from_columns = columns_of(table.from, "");
    columns_ = table.from_columns;
    parts_ = parts_of(table.from);
    for (std::size_t i = 1; i < items.size(); ++i) table.steps.push_back(step(items[i]));
    table.parts = parts_;
    plan_.tables.push_back(std::move(table));
  }

 private:
  Origin origin(const Node& node) {
    if (auto table = plan_.table(node.text())) return {true, *table};
    if (auto stream = plan_.stream(node.text())) return {false, *stream};
    std::vector<std::string> names;
    for (const auto& reads : plan_.reads) names.push_back(reads.stream);
    for (const auto& table : plan_.tables) names.push_back(table.name);
    auto near = settings::did_you_mean(node.text(), names);
    node.refuse("no stream or earlier table " + node.text() + (near ? ", did you mean " + *near + "?" : ""));
  }

  uint32_t parts_of(Origin from) const { return from.is_table ? plan_.tables[from.index].parts : 1; }

  std::vector<NamedColumn> columns_of(Origin from, const std::string& alias) const {
    std::vector<NamedColumn> columns;
    auto prefix = alias.empty() ? "" : alias + ".";
    if (from.is_table) {
      columns = plan_.tables[from.index].columns();
      for (auto& column : columns) column.name = prefix + column.name;
    } else {
      for (const auto& column : plan_.reads[from.index].columns)
        columns.push_back({prefix + column.name, express::Type::text, 0, column.name});
    }
    return columns;
  }

  uint32_t find(const std::string& name, const Node& node) {
    for (uint32_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].name == name) return i;
    std::vector<std::string> names;
    for (const auto& column : columns_) names.push_back(column.name);
    auto near = settings::did_you_mean(name, names);
    node.refuse("no column " + name + (near ? ", did you mean " + *near + "?" : ""));
  }

  /// A column whose values can be told apart by `=`.
  uint32_t key(const Node& node) {
    auto index = find(node.text(), node);
    auto type = columns_[index].type;
    if (type == express::Type::list || type == express::Type::json)
      node.refuse("a list or JSON value tells no rows apart; join it into text first");
    return index;
  }

  std::optional<Expression> expression(const Node& node, const std::string& text) {
    return compile_expression(plan_, columns_, node, text, new_program(plan_, columns_), remarks_);
  }

  Step step(const Node& node) {
    Step made;
    made.place = node.place();
    if (auto where = node.find("where")) {
      node.only({"where"});
      made.kind = Step::Kind::where;
      made.test = condition(where);
    } else if (auto join = node.find("join")) {
      compile_join(node, join, made);
    } else if (auto unnest = node.find("unnest")) {
      compile_unnest(node, unnest, made);
    } else if (auto set = node.find("set")) {
      compile_set(node, set, made);
    } else if (auto distinct = node.find("distinct")) {
      node.only({"distinct"});
      made.kind = Step::Kind::distinct;
      for (const auto& name : distinct.items()) made.by.push_back(key(name));
    } else if (auto other = node.find("union")) {
      compile_union(node, other, made);
    } else if (auto group = node.find("group")) {
      compile_group(node, group, made);
    } else if (auto refuse = node.find("refuse")) {
      node.only({"refuse", "why"});
      made.kind = Step::Kind::refuse;
      made.test = condition(refuse);
      made.why = node.require("why").text();
    } else {
      node.refuse("unknown step; steps are where, join, unnest, set, distinct, union, group, refuse");
    }
    made.columns = columns_;
    made.is_needed.assign(columns_.size(), 0);
    return made;
  }

  std::optional<Expression> condition(const Node& node) {
    auto made = expression(node, node.text());
    if (made && made->compiled.type != express::Type::boolean) {
      remarks_.push_back({true, node.place(), "a condition is expected here, found a value"});
      return std::nullopt;
    }
    return made;
  }

  void compile_join(const Node& node, const Node& join, Step& made) {
    node.only({"join", "as", "by", "unmatched", "matches"});
    made.kind = Step::Kind::join;
    made.join.target = origin(join);
    auto alias = node.find("as") ? node.find("as").text() : join.text();
    made.join.target_name = alias;
    auto target = columns_of(made.join.target, "");
    auto by = node.require("by");
    for (const auto& [column, value] : pairs(by, alias)) {
      uint32_t index = none;
      for (uint32_t i = 0; i < target.size(); ++i)
        if (target[i].name == column) index = i;
      if (index == none) by.refuse("no column " + alias + "." + column);
      made.join.target_columns.push_back(index);
      if (auto compiled = expression(by, value)) {
        must_match(compiled->compiled.type, target[index], alias, by);
        made.join.values.push_back(*compiled);
      }
    }
    if (auto word = node.find("unmatched")) {
      if (word.text() == "drop") made.join.unmatched = Unmatched::drop;
      else if (word.text() == "set_aside") made.join.unmatched = Unmatched::set_aside;
      else if (word.text() != "keep") word.refuse("expected keep, drop or set_aside");
    }
    if (auto word = node.find("matches")) {
      if (word.text() != "many" && word.text() != "one") word.refuse("expected one or many");
      made.join.is_many = word.text() == "many";
    }
    if (!made.join.target.is_table) {
      made.join.is_reference = plan_.shapes[made.join.target.index].is_reference;
      made.cost = made.join.is_reference ? StepClass::reference : StepClass::subject_local;
    } else {
      made.cost = StepClass::subject_local;
    }
    for (auto& column : target) {
      column.part += parts_;
      column.name = alias + "." + column.name;
      columns_.push_back(column);
    }
    parts_ += parts_of(made.join.target);
  }

  /// Both sides of a join are of one type, and one that can be looked up.
  void must_match(express::Type type, const NamedColumn& column, const std::string& alias, const Node& by) {
    if (type == express::Type::list || type == express::Type::json)
      by.refuse("a list or JSON value is no key to join by");
    if (type != column.type)
      by.refuse("both sides of a join are of one type; read or write " + alias + "." + column.name + " first");
  }

  struct Pair {
    std::string column, value;
  };

  /// "X.a = expr and X.b = expr" as pairs; the joined side may stand left or right.
  std::vector<Pair> pairs(const Node& by, const std::string& alias) {
    std::vector<Pair> out;
    for (const auto& part : split_top(by.text(), " and ")) {
      auto sides = split_top(part, "=");
      if (sides.size() != 2) by.refuse("expected " + alias + ".column = value");
      for (auto& side : sides) side = trimmed(side);
      bool is_left = sides[0].starts_with(alias + ".");
      bool is_right = sides[1].starts_with(alias + ".");
      if (is_left == is_right && !is_left) by.refuse("one side must be a column of " + alias);
      auto& joined = is_left ? sides[0] : sides[1];
      out.push_back({joined.substr(alias.size() + 1), is_left ? sides[1] : sides[0]});
    }
    return out;
  }

  static std::string trimmed(const std::string& text) {
    auto first = text.find_first_not_of(" \t\n");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
  }

  /// Splits outside quotes and parentheses.
  static std::vector<std::string> split_top(const std::string& text, const std::string& separator) {
    std::vector<std::string> out(1);
    int depth = 0;
    bool is_quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\'') is_quoted = !is_quoted;
      if (!is_quoted && text[i] == '(') ++depth;
      if (!is_quoted && text[i] == ')') --depth;
      if (!is_quoted && depth == 0 && text.compare(i, separator.size(), separator) == 0) {
        out.emplace_back();
        i += separator.size() - 1;
      } else {
        out.back() += text[i];
      }
    }
    return out;
  }

  void compile_unnest(const Node& node, const Node& list, Step& made) {
    node.only({"unnest", "as"});
    made.kind = Step::Kind::unnest;
    made.test = expression(list, list.text());
    if (made.test && made.test->compiled.type != express::Type::list)
      remarks_.push_back({true, list.place(), "a list is expected here, like split(column, ',')"});
    columns_.push_back({node.require("as").text(), express::Type::text, 0, ""});
  }

  void compile_set(const Node& node, const Node& set, Step& made) {
    node.only({"set"});
    made.kind = Step::Kind::set;
    std::vector<NamedColumn> added;
    for (const auto& [name, value] : set.entries())
      if (auto compiled = expression(value, value.text())) {
        added.push_back({name.text(), compiled->compiled.type, 0, ""});
        made.sets.push_back(*compiled);
      }
    columns_.insert(columns_.end(), added.begin(), added.end());
  }

  void compile_union(const Node& node, const Node& other, Step& made) {
    node.only({"union"});
    made.kind = Step::Kind::union_with;
    auto table = plan_.table(other.text());
    if (!table) other.refuse("union takes an earlier table");
    made.other = *table;
    const auto& theirs = plan_.tables[*table].columns();
    for (const auto& column : columns_) {
      if (column.type == express::Type::list)
        other.refuse("a union carries no lists; join " + column.name + " into text before it");
      auto found = std::ranges::find(theirs, column.name, &NamedColumn::name);
      bool fits = found != theirs.end() && found->type == column.type;
      made.other_columns.push_back(fits ? static_cast<uint32_t>(found - theirs.begin()) : none);
    }
    made.cost = StepClass::subject_local;
  }

  void compile_group(const Node& node, const Node& group, Step& made) {
    node.only({"group", "take"});
    made.kind = Step::Kind::group;
    made.cost = StepClass::subject_local;
    std::vector<NamedColumn> after;
    for (const auto& name : group.items()) {
      made.by.push_back(key(name));
      after.push_back(columns_[made.by.back()]);
    }
    for (const auto& [name, value] : node.require("take").entries()) {
      auto measure = read_measure(value);
      if (measure.value) must_measure(measure, value);
      auto type = measure.kind == Aggregate::count ? express::Type::integer
                  : measure.kind == Aggregate::list ? express::Type::list
                  : measure.value ? measure.value->compiled.type
                                  : express::Type::text;
      after.push_back({name.text(), type, 0, ""});
      made.measures.push_back(std::move(measure));
    }
    columns_ = std::move(after);
  }

  static void must_measure(const Measure& measure, const Node& node) {
    using express::Type;
    auto type = measure.value->compiled.type;
    switch (measure.kind) {
      case Aggregate::count:
      case Aggregate::any:
      case Aggregate::all:
        if (type != Type::boolean) node.refuse("a condition is expected here, found a value");
        break;
      case Aggregate::sum:
        if (type != Type::integer) node.refuse("sum takes an integer");
        break;
      case Aggregate::list:
        if (type != Type::text) node.refuse("list takes a text; wrap it in text(...)");
        break;
      default:
        if (type != Type::integer && type != Type::date && type != Type::text)
          node.refuse("an integer, date or text is expected here");
    }
  }

  Measure read_measure(const Node& node) {
    static const std::vector<std::pair<std::string, Aggregate>> words = {
        {"count where ", Aggregate::count}, {"sum ", Aggregate::sum}, {"min ", Aggregate::min},
        {"max ", Aggregate::max}, {"any ", Aggregate::any}, {"all ", Aggregate::all},
        {"first ", Aggregate::first}, {"last ", Aggregate::last}, {"list ", Aggregate::list}};
    const auto& text = node.text();
    if (text == "count") return {Aggregate::count, std::nullopt};
    for (const auto& [word, kind] : words)
      if (text.starts_with(word)) return {kind, expression(node, text.substr(word.size()))};
    node.refuse("expected count, count where, sum, min, max, any, all, first, last or list");
  }

  Plan& plan_;
  std::vector<Remark>& remarks_;
  std::vector<NamedColumn> columns_;
  uint32_t parts_ = 1;
};

}  // namespace

void compile_tables(const settings::Node& node, Plan& plan, std::vector<Remark>& remarks) {
  for (const auto& [key, steps] : node.entries()) TableCompiler(plan, remarks).compile(key, steps);
}

}  // namespace homeroom::map

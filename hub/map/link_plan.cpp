// Which rows must be mapped together: for each join on other subjects' rows, and for each group
// over more than one subject, the value that ties them, computed from the rows of one stream alone.
#include <algorithm>
#include <set>

#include "hub/map/table_compiler.hpp"

namespace homeroom::map {

namespace {

/// The stream a table's base rows come from; of a union that of its upper half.
uint32_t base_stream(const Plan& plan, Origin origin) {
  while (origin.is_table) origin = plan.tables[origin.index].from;
  return origin.index;
}

class LinkPlanner {
 public:
  explicit LinkPlanner(Plan& plan) : plan_(plan) {}

  void plan_joins(Table& table) {
    for (std::size_t i = 0; i < table.steps.size(); ++i) {
      auto& step = table.steps[i];
      if (step.kind != Step::Kind::join || step.join.is_reference || tie_join(table, i)) continue;
      step.cost = StepClass::global;
      tie_all(streams_of(table));
      tie_all(streams_of(step.join.target));
    }
  }

  /// A group sees one block, so rows with one key must stand in it together. They do when a key is
  /// the subject or ties the rows already.
  void plan_folds(Table& table) {
    for (std::size_t i = 0; i < table.steps.size(); ++i) {
      auto& step = table.steps[i];
      bool folds = step.kind == Step::Kind::distinct || step.kind == Step::Kind::group ||
                   step.kind == Step::Kind::pivot;
      if (!folds || knows_no_subject(table) || is_tied(table, i)) continue;
      step.cost = StepClass::global;
      if (!tie_keys(table, i)) tie_all(streams_of(table));
    }
  }

 private:
  /// A link while it is made, with the columns its steps give.
  struct Chain {
    LinkPlan link;
    std::vector<NamedColumn> columns;
  };
  using Links = std::vector<LinkPlan>;

  const std::vector<NamedColumn>& before(const Table& table, std::size_t at) const {
    return at == 0 ? table.from_columns : table.steps[at - 1].columns;
  }

  // Joins.

  /// One pair of a joined column and a value is enough.
  bool tie_join(const Table& table, std::size_t at) {
    const auto& join = table.steps[at].join;
    for (std::size_t k = 0; k < join.values.size(); ++k) {
      std::string space;
      auto theirs = links_of_target(join, k, space);
      if (!theirs) continue;
      auto ours = links_of_value(table, at, join.values[k]);
      if (ours.empty()) continue;
      auto index = plan_.space(space);
      for (auto* links : {&ours, &*theirs})
        for (auto& link : *links) add(std::move(link), index);
      return true;
    }
    return false;
  }

  /// The joined column's space with the links that put its rows there: none when it is the subject.
  std::optional<Links> links_of_target(const Join& join, std::size_t k, std::string& space) {
    auto stream = base_stream(plan_, join.target);
    if (join.target.is_table) {
      const auto& table = plan_.tables[join.target.index];
      const auto& column = table.columns()[join.target_columns[k]];
      if (column.part != 0) return std::nullopt;
      if (column.origin.empty() || has_union(table)) {
        space = table.name + ":" + column.name;
        auto links = links_of(table, table.steps.size(), quoted_name(column.name));
        return links.empty() ? std::nullopt : std::optional(std::move(links));
      }
      return links_of_column(stream, column.origin, space);
    }
    return links_of_column(stream, plan_.reads[stream].columns[join.target_columns[k]].name, space);
  }

  std::optional<Links> links_of_column(uint32_t stream, const std::string& column,
                                       std::string& space) {
    const auto& shape = plan_.shapes[stream];
    space = column == shape.subject ? shape.space : shape.stream + "." + column;
    if (column == shape.subject) return Links{};
    return of_column(stream, column);
  }

  /// The value from the base rows alone, or from the rows of one joined stream alone.
  Links links_of_value(const Table& table, std::size_t at, const Expression& value) {
    const auto& columns = before(table, at);
    uint32_t part = 0;
    for (auto column : value.compiled.columns) part = std::max(part, columns[column].part);
    const auto* only =
        value.compiled.columns.size() == 1 ? &columns[value.compiled.columns[0]] : nullptr;
    if (part != 0)
      return only && !only->origin.empty() ? links_of_joined(table, part, only->origin) : Links{};
    if (table.from.is_table && only && !only->origin.empty() && !has_union(table))
      return of_column(base_stream(plan_, table.from), only->origin);
    return links_of(table, at, value.text);
  }

  /// A column of a joined stream: its rows carry the value themselves.
  Links links_of_joined(const Table& table, uint32_t part, const std::string& column) {
    uint32_t next = table.from.is_table ? plan_.tables[table.from.index].parts : 1;
    for (const auto& step : table.steps) {
      if (step.kind == Step::Kind::union_with) next += plan_.tables[step.other].parts;
      if (step.kind != Step::Kind::join) continue;
      if (part == next) {
        auto stream = base_stream(plan_, step.join.target);
        return plan_.shapes[stream].is_reference ? Links{} : of_column(stream, column);
      }
      next += step.join.target.is_table ? plan_.tables[step.join.target.index].parts : 1;
    }
    return {};
  }

  // Groups.

  /// Without shapes every stream counts as one subject's.
  bool knows_no_subject(const Table& table) const {
    return std::ranges::all_of(
        streams_of(table), [&](uint32_t stream) { return plan_.shapes[stream].subject.empty(); });
  }

  bool is_tied(const Table& table, std::size_t at) const {
    const auto& columns = before(table, at);
    return std::ranges::any_of(table.steps[at].by,
                               [&](uint32_t key) { return is_tying(table, at, columns[key]); });
  }

  /// The subject of its stream, a value that ties its stream's rows, or one computed from such.
  bool is_tying(const Table& table, std::size_t at, const NamedColumn& column) const {
    if (column.part == 0 && !column.origin.empty()) {
      auto stream = base_stream(plan_, table.from);
      auto ties = [&](const LinkPlan& link) {
        return link.stream == stream && link.value->text == column.origin;
      };
      return column.origin == plan_.shapes[stream].subject ||
             std::ranges::any_of(plan_.links, ties);
    }
    for (std::size_t i = 0; i < at; ++i) {
      const auto& step = table.steps[i];
      if (step.kind == Step::Kind::join)
        for (const auto& value : step.join.values)
          if (value.text == column.name && !step.join.is_reference) return true;
      auto first = step.columns.size() - step.sets.size();
      for (std::size_t k = 0; k < step.sets.size(); ++k)
        if (step.columns[first + k].name == column.name)
          return std::ranges::any_of(step.sets[k].compiled.columns, [&](uint32_t read) {
            return is_tying(table, at, before(table, i)[read]);
          });
    }
    return table.from.is_table && is_column_of(plan_.tables[table.from.index], column.name) &&
           is_tying(plan_.tables[table.from.index], plan_.tables[table.from.index].steps.size(),
                    column);
  }

  static bool is_column_of(const Table& table, const std::string& name) {
    return std::ranges::find(table.columns(), name, &NamedColumn::name) != table.columns().end();
  }

  bool tie_keys(const Table& table, std::size_t at) {
    for (auto key : table.steps[at].by) {
      const auto& name = before(table, at)[key].name;
      auto links = links_of(table, at, quoted_name(name));
      if (links.empty()) continue;
      auto space = plan_.space(table.name + ":" + name);
      for (auto& link : links) add(std::move(link), space);
      return true;
    }
    return false;
  }

  // Links.

  void add(LinkPlan link, uint32_t space) {
    link.space = space;
    auto is_same = [&](const LinkPlan& other) {
      return other.stream == link.stream && other.space == link.space &&
             other.value->text == link.value->text && other.steps.size() == link.steps.size();
    };
    if (std::ranges::none_of(plan_.links, is_same)) plan_.links.push_back(std::move(link));
  }

  /// Everything in one block: right whatever is joined, and as dear as all its rows.
  void tie_all(const std::set<uint32_t>& streams) {
    auto space = plan_.space("*");
    for (auto stream : streams)
      if (!plan_.shapes[stream].is_reference)
        for (auto& link : of_expression(stream, "'*'")) add(std::move(link), space);
  }

  std::set<uint32_t> streams_of(Origin origin) const {
    return origin.is_table ? streams_of(plan_.tables[origin.index])
                           : std::set<uint32_t>{origin.index};
  }
  std::set<uint32_t> streams_of(const Table& table) const {
    auto streams = streams_of(table.from);
    for (const auto& step : table.steps)
      if (step.kind == Step::Kind::union_with) streams.merge(streams_of(Origin{true, step.other}));
    return streams;
  }

  bool has_union(const Table& table) const {
    return (table.from.is_table && has_union(plan_.tables[table.from.index])) ||
           std::ranges::any_of(
               table.steps, [](const Step& step) { return step.kind == Step::Kind::union_with; });
  }

  Links of_column(uint32_t stream, const std::string& column) {
    return of_expression(stream, column);
  }

  Links of_expression(uint32_t stream, const std::string& text) {
    LinkPlan link;
    link.stream = stream;
    link.columns = stream_columns(stream);
    auto plain = std::ranges::find(link.columns, text, &NamedColumn::name) != link.columns.end();
    link.value = compiled(link.columns, plain ? quoted_name(text) : text);
    if (!link.value) return {};
    link.value->text = text;
    Links links;
    links.push_back(std::move(link));
    return links;
  }

  /// The value of an expression over the columns before a table's step; nothing when it takes more
  /// than the base rows to compute it.
  Links links_of(const Table& table, std::size_t at, const std::string& text) {
    Links links;
    for (auto& chain : chains(table, at)) {
      chain.link.value = compiled(chain.columns, text);
      if (!chain.link.value) return {};
      links.push_back(std::move(chain.link));
    }
    return links;
  }

  std::vector<Chain> chains(const Table& table, std::size_t at) {
    std::vector<Chain> all;
    if (table.from.is_table) {
      const auto& from = plan_.tables[table.from.index];
      all = chains(from, from.steps.size());
    } else {
      auto columns = stream_columns(table.from.index);
      all.push_back({{table.from.index, 0, {}, columns, {}}, columns});
    }
    for (std::size_t i = 0; i < at; ++i) {
      const auto& step = table.steps[i];
      for (auto& chain : all) take_step(step, before(table, i), chain);
      if (step.kind != Step::Kind::union_with) continue;
      const auto& other = plan_.tables[step.other];
      for (auto& chain : chains(other, other.steps.size())) all.push_back(std::move(chain));
    }
    return all;
  }

  std::vector<NamedColumn> stream_columns(uint32_t stream) const {
    std::vector<NamedColumn> columns;
    for (const auto& column : plan_.reads[stream].columns)
      columns.push_back({column.name, express::Type::text, 0, column.name});
    return columns;
  }

  std::optional<Expression> compiled(const std::vector<NamedColumn>& columns,
                                     const std::string& text) {
    std::vector<Remark>
        unsaid;  // an expression that does not fit one stream alone is no mistake yet
    return compile_expression(plan_, columns, settings::Node(), text, new_program(plan_, columns),
                              unsaid);
  }

  /// Steps that need one row alone are done again for the tie; the others only narrow it.
  void take_step(const Step& step, const std::vector<NamedColumn>& before, Chain& chain) {
    auto& columns = chain.columns;
    Step own;
    own.kind = step.kind;
    if (step.kind == Step::Kind::unnest || step.kind == Step::Kind::where) {
      own.test = compiled(columns, step.test->text);
      if (!own.test) return;
      if (step.kind == Step::Kind::unnest) columns.push_back(step.columns.back());
    } else if (step.kind == Step::Kind::set) {
      std::size_t first = step.columns.size() - step.sets.size();
      std::vector<NamedColumn> added;
      for (std::size_t i = 0; i < step.sets.size(); ++i) {
        auto made = compiled(columns, step.sets[i].text);
        if (!made) continue;
        own.sets.push_back(*made);
        added.push_back(step.columns[first + i]);
      }
      if (own.sets.empty()) return;
      columns.insert(columns.end(), added.begin(), added.end());
    } else if (step.kind == Step::Kind::group || step.kind == Step::Kind::pivot) {
      // The keys stay; a measure is no value of one row, even where it has a column's name.
      for (auto& column : columns) {
        auto is_it = [&](uint32_t key) { return before[key].name == column.name; };
        if (std::ranges::none_of(step.by, is_it)) column.name.clear();
      }
      return;
    } else {
      return;
    }
    own.columns = columns;
    chain.link.steps.push_back(std::move(own));
  }

  Plan& plan_;
};

}  // namespace

void plan_links(Plan& plan) {
  for (const auto& entity : plan.entities)
    if (entity.student || plan.student_space == 0) {
      auto stream = base_stream(plan, plan.tables[entity.table].from);
      if (!entity.student && !plan.shapes[stream].is_reference)
        plan.student_space = plan.space(plan.shapes[stream].space);
    }
  if (plan.spaces.empty()) plan.space("");
  LinkPlanner planner(plan);
  for (auto& table : plan.tables) planner.plan_joins(table);
  for (auto& table : plan.tables) planner.plan_folds(table);
  // A value that is the row's own subject ties it to nothing else; `where` leaves values as they
  // are.
  std::erase_if(plan.links, [&](const LinkPlan& link) {
    const auto& shape = plan.shapes[link.stream];
    auto is_where = [](const Step& step) { return step.kind == Step::Kind::where; };
    return std::ranges::all_of(link.steps, is_where) && link.value->text == shape.subject &&
           plan.spaces[link.space] == shape.space;
  });
}

}  // namespace homeroom::map

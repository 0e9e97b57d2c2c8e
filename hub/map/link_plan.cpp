// Which rows must be mapped together: for each join on other subjects' rows, the value that ties them,
// computed from the rows of one stream alone.
#include <algorithm>

#include "hub/map/plan.hpp"

namespace homeroom::map {

namespace {

/// The stream a table's base rows come from.
uint32_t base_stream(const Plan& plan, Origin origin) {
  while (origin.is_table) origin = plan.tables[origin.index].from;
  return origin.index;
}

class LinkPlanner {
 public:
  LinkPlanner(Plan& plan, std::vector<Remark>& remarks) : plan_(plan), remarks_(remarks) {}

  void plan_table(const Table& table) {
    for (std::size_t i = 0; i < table.steps.size(); ++i) {
      const auto& step = table.steps[i];
      if (step.kind != Step::Kind::join || step.join.is_reference) continue;
      plan_join(table, i, step.join);
    }
  }

 private:
  void plan_join(const Table& table, std::size_t at, const Join& join) {
    const auto& before = at == 0 ? table.from_columns : table.steps[at - 1].columns;
    for (std::size_t k = 0; k < join.values.size(); ++k) {
      auto space = target_space(join, k);
      if (space == none) continue;
      if (add_base_link(table, at, join.values[k], before, space)) return;
    }
    remarks_.push_back({true, table.steps[at].place,
                        "this join needs rows of two streams at once to know what it joins; join in two steps"});
  }

  /// The space of the joined column; a column that is not the subject gets a space of its own, and its
  /// stream's rows are tied to it too.
  uint32_t target_space(const Join& join, std::size_t k) {
    auto stream = base_stream(plan_, join.target);
    std::string column;
    if (join.target.is_table) {
      const auto& made = plan_.tables[join.target.index].columns()[join.target_columns[k]];
      if (made.part != 0 || made.origin.empty()) return none;
      column = made.origin;
    } else {
      column = plan_.reads[stream].columns[join.target_columns[k]].name;
    }
    const auto& shape = plan_.shapes[stream];
    if (column == shape.subject) return plan_.space(shape.space);
    auto space = plan_.space(shape.stream + "." + column);
    LinkPlan own;
    own.stream = stream;
    own.space = space;
    own.columns = stream_columns(stream);
    own.value = compiled(own.columns, column);
    if (!has_link(own)) plan_.links.push_back(std::move(own));
    return space;
  }

  bool has_link(const LinkPlan& link) const {
    return std::ranges::any_of(plan_.links, [&](const LinkPlan& other) {
      return other.stream == link.stream && other.space == link.space && other.value && link.value &&
             other.value->text == link.value->text && other.steps.size() == link.steps.size();
    });
  }

  std::vector<NamedColumn> stream_columns(uint32_t stream) const {
    std::vector<NamedColumn> columns;
    for (const auto& column : plan_.reads[stream].columns)
      columns.push_back({column.name, express::Type::text, 0, column.name});
    return columns;
  }

  std::optional<Expression> compiled(const std::vector<NamedColumn>& columns, const std::string& text) {
    std::vector<Remark> unsaid;  // an expression that does not fit one stream alone is no mistake yet
    return compile_expression(plan_, columns, settings::Node(), text, new_program(plan_, columns), unsaid);
  }

  /// The value from the base rows alone, or from the rows of one joined stream alone.
  bool add_base_link(const Table& table, std::size_t at, const Expression& value,
                     const std::vector<NamedColumn>& before, uint32_t space) {
    uint32_t part = 0;
    for (auto column : value.compiled.columns) part = std::max(part, before[column].part);
    if (part != 0) {  // columns of one joined stream: its rows carry the value themselves
      auto is_part = [&](uint32_t column) { return before[column].part == part && !before[column].origin.empty(); };
      if (!std::ranges::all_of(value.compiled.columns, is_part) || value.compiled.columns.size() != 1) return false;
      return add_joined_link(table, part, before[value.compiled.columns[0]].origin, space);
    }
    if (table.from.is_table) return add_through_table(table, at, value, before, space);
    LinkPlan link;
    link.stream = table.from.index;
    link.space = space;
    link.columns = stream_columns(link.stream);
    auto columns = link.columns;
    for (std::size_t i = 0; i < at; ++i) take_step(table.steps[i], columns, link);
    link.value = compiled(columns, value.text);
    if (!link.value) return false;
    if (!has_link(link)) plan_.links.push_back(std::move(link));
    return true;
  }

  /// Steps that need one row alone are done again for the tie; the others only narrow it.
  void take_step(const Step& step, std::vector<NamedColumn>& columns, LinkPlan& link) {
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
    } else {
      return;
    }
    own.columns = columns;
    link.steps.push_back(std::move(own));
  }

  bool add_joined_link(const Table& table, uint32_t part, const std::string& column, uint32_t space) {
    uint32_t next = table.from.is_table ? plan_.tables[table.from.index].parts : 1;
    for (const auto& step : table.steps) {
      if (step.kind != Step::Kind::join) continue;
      uint32_t parts = step.join.target.is_table ? plan_.tables[step.join.target.index].parts : 1;
      if (part >= next && part < next + parts) {
        auto stream = base_stream(plan_, step.join.target);
        if (part != next) return false;
        if (plan_.shapes[stream].is_reference) return false;
        return add_column_link(stream, column, space);
      }
      next += parts;
    }
    return false;
  }

  bool add_through_table(const Table& table, std::size_t, const Expression& value,
                         const std::vector<NamedColumn>& before, uint32_t space) {
    if (value.compiled.columns.size() != 1) return false;
    const auto& column = before[value.compiled.columns[0]];
    if (column.origin.empty()) return false;
    return add_column_link(base_stream(plan_, table.from), column.origin, space);
  }

  bool add_column_link(uint32_t stream, const std::string& column, uint32_t space) {
    LinkPlan link;
    link.stream = stream;
    link.space = space;
    link.columns = stream_columns(stream);
    link.value = compiled(link.columns, column);
    if (!link.value) return false;
    if (!has_link(link)) plan_.links.push_back(std::move(link));
    return true;
  }

  Plan& plan_;
  std::vector<Remark>& remarks_;
};

}  // namespace

void plan_links(Plan& plan, std::vector<Remark>& remarks) {
  for (const auto& entity : plan.entities)
    if (entity.student || plan.student_space == 0) {
      auto stream = base_stream(plan, plan.tables[entity.table].from);
      if (!entity.student && !plan.shapes[stream].is_reference) plan.student_space = plan.space(plan.shapes[stream].space);
    }
  if (plan.spaces.empty()) plan.space("");
  LinkPlanner planner(plan, remarks);
  for (std::size_t i = 0; i < plan.tables.size(); ++i) planner.plan_table(plan.tables[i]);
  // A value that is the row's own subject ties it to nothing else; `where` leaves values as they are.
  std::erase_if(plan.links, [&](const LinkPlan& link) {
    const auto& shape = plan.shapes[link.stream];
    auto is_where = [](const Step& step) { return step.kind == Step::Kind::where; };
    return std::ranges::all_of(link.steps, is_where) && link.value && link.value->text == shape.subject &&
           plan.spaces[link.space] == shape.space;
  });
}

}  // namespace homeroom::map

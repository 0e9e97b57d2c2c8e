#include <map>
#include <optional>

#include "hub/map/expression_parts.hpp"
#include "hub/map/lint_parts.hpp"

namespace homeroom::map {

void each_expression(
    const Plan& plan,
    const std::function<void(const std::vector<NamedColumn>&, const Expression&)>& look) {
  for (const auto& table : plan.tables) {
    const auto* columns = &table.from_columns;
    for (const auto& step : table.steps) {
      if (step.test) look(*columns, *step.test);
      for (const auto& value : step.join.values) look(*columns, value);
      for (const auto& set : step.sets) look(*columns, set);
      for (const auto& measure : step.measures) {
        if (measure.value) look(*columns, *measure.value);
        if (measure.test) look(*columns, *measure.test);
        for (const auto& order : measure.order) look(*columns, order.value);
      }
      columns = &step.columns;
    }
  }
  for (const auto& entity : plan.entities) {
    const auto& columns = plan.tables[entity.table].columns();
    for (const auto& part : entity.key) look(columns, part);
    if (entity.student) look(columns, *entity.student);
    for (const auto& field : entity.fields) {
      if (field.value) look(columns, *field.value);
      for (const auto& [code, test] : field.each_true) look(columns, test);
    }
  }
}

namespace {

enum class Answer { depends, always, never };

/// What a condition says of every row there could be, as far as it reads none.
class Constants {
 public:
  explicit Constants(const Plan& plan) : plan_(plan) {}

  Answer of(const std::vector<NamedColumn>& columns, const std::string& text) {
    for (const auto& [name, value] : plan_.parameters)  // another day, another answer
      if (text.find(name) != std::string::npos) return Answer::depends;
    auto program = new_program(plan_, columns);
    express::Problem unsaid;
    auto compiled = program->compile(text, unsaid);
    if (!compiled || !compiled->columns.empty() || compiled->type != express::Type::boolean)
      return Answer::depends;
    record::Arena arena;
    program->begin(std::vector<record::Column>(columns.size()), 1, arena);
    auto answer = program->run(compiled->id);
    bool is_true = answer.values && answer.is_valid(0) && answer.at<uint8_t>(0);
    return is_true ? Answer::always : Answer::never;
  }

 private:
  const Plan& plan_;
};

class ConditionLinter {
 public:
  ConditionLinter(const Plan& plan, std::vector<Remark>& remarks)
      : plan_(plan), constants_(plan), remarks_(remarks) {}

  void run() {
    each_expression(plan_, [&](const auto& columns, const Expression& expression) {
      cases(columns, expression);
    });
    for (const auto& table : plan_.tables) {
      const auto* columns = &table.from_columns;
      for (const auto& step : table.steps) {
        if (step.kind == Step::Kind::where)
          whole(*columns, *step.test, "this is always true and leaves nothing out",
                "this is never true: no row goes on");
        if (step.kind == Step::Kind::refuse)
          whole(*columns, *step.test, "this is always true and refuses every row",
                "this is never true and refuses nothing");
        if (step.kind == Step::Kind::assert_that)
          whole(*columns, *step.test, "this is always true and asserts nothing",
                "this is never true of any row");
        columns = &step.columns;
      }
    }
    for (const auto& entity : plan_.entities)
      for (const auto& field : entity.fields)
        for (const auto& [code, test] : field.each_true)
          whole(plan_.tables[entity.table].columns(), test, "this is true of every row",
                "this is true of no row");
  }

 private:
  void remark(settings::Place place, uint32_t at, const std::string& says) {
    place.column += at;
    remarks_.push_back({false, place, says});
  }

  void whole(const std::vector<NamedColumn>& columns, const Expression& test, const char* always,
             const char* never) {
    auto answer = constants_.of(columns, test.text);
    if (answer == Answer::always) remark(test.place, 0, always);
    if (answer == Answer::never) remark(test.place, 0, never);
  }

  void cases(const std::vector<NamedColumn>& columns, const Expression& expression) {
    for (const auto& each : parts_of(expression.text).cases) {
      std::map<std::string, uint32_t> before;
      bool is_closed = false;
      for (const auto& branch : each.branches) {
        if (is_closed) {
          remark(expression.place, branch.at,
                 "no row comes here: a condition before it is always true");
          break;
        }
        auto answer = constants_.of(columns, branch.condition);
        bool is_again = !before.emplace(in_one_spelling(branch.condition), branch.at).second;
        if (is_again)
          remark(expression.place, branch.at,
                 "no row comes here: the same condition stands before it");
        else if (answer == Answer::never)
          remark(expression.place, branch.at, "no row comes here: this is never true");
        is_closed = answer == Answer::always;
      }
      if (is_closed && each.otherwise.end > 0 &&
          each.branches.back().then.end <= each.otherwise.begin &&
          constants_.of(columns, each.branches.back().condition) == Answer::always)
        remark(expression.place, each.otherwise.begin,
               "no row comes here: the condition before it is always true");
    }
  }

  const Plan& plan_;
  Constants constants_;
  std::vector<Remark>& remarks_;
};

}  // namespace

void lint_conditions(const Plan& plan, std::vector<Remark>& remarks) {
  ConditionLinter(plan, remarks).run();
}

}  // namespace homeroom::map

#include "hub/govern/groups.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/express/express.hpp"
#include "hub/record/arena.hpp"
#include "hub/record/date.hpp"
#include "hub/record/json.hpp"

namespace homeroom::govern {

namespace {

using record::Type;

/// Where the value of a column comes from.
struct Input {
  enum class From : uint8_t { student_field, is_enrolled, coordinator, consents, caseload };
  From from;
  record::FieldId field = 0;
  std::string word;  ///< scope or role as JSON
  Type type = Type::text;
};

[[noreturn]] void refuse(const settings::Group& group, const std::string& says) {
  throw Error(Next::fix_settings, group.place.file + ":" + std::to_string(group.place.line) +
                                      ": group " + group.name + ": " + says);
}

/// The texts that a function is called with in the expression: consents('a') -> a.
std::vector<std::string> arguments_of(std::string_view expression, std::string_view function) {
  std::vector<std::string> found;
  for (auto at = expression.find(function); at != expression.npos;
       at = expression.find(function, at + 1)) {
    auto open = expression.find_first_not_of(' ', at + function.size());
    if (open == expression.npos || expression[open] != '(') continue;
    auto quote = expression.find_first_not_of(' ', open + 1);
    if (quote == expression.npos || expression[quote] != '\'') continue;
    auto end = expression.find('\'', quote + 1);
    if (end == expression.npos) continue;
    std::string word(expression.substr(quote + 1, end - quote - 1));
    if (std::ranges::find(found, word) == found.end()) found.push_back(word);
  }
  return found;
}

std::string quoted(const std::string& text) {
  std::string json;
  record::append_json_string(json, text);
  return json;
}

constexpr std::size_t most_remembered = 4096;

}  // namespace

struct Group::State {
  State(express::Scope given, std::vector<Input> columns)
      : scope(given), inputs(std::move(columns)), program(std::move(given)), batch(inputs.size()) {}

  void collect(std::string_view rows, const Facts& facts);
  std::string_view value(const Input& input, const Facts& facts) const;
  bool evaluate();
  void fill(uint32_t column, std::string_view json);

  express::Scope scope;
  std::vector<Input> inputs;
  express::Program program;
  std::vector<record::Column> batch;
  express::Compiled compiled;
  record::EntityId student = 0;
  record::Arena arena;
  std::vector<std::string_view> student_values;  ///< [field]
  std::vector<std::string_view> values;          ///< [used column]
  std::string key;
  std::unordered_map<std::string, bool> remembered;
};

namespace {

struct Columns {
  express::Scope scope;
  std::vector<Input> inputs;

  void add(std::string name, Input input) {
    scope.columns.push_back({std::move(name), input.type});
    inputs.push_back(std::move(input));
  }
};

Columns columns_for(const settings::Group& group, const record::Model& model, int32_t run_date) {
  Columns columns;
  columns.scope.parameters["run_date"] = record::iso_date(run_date);
  columns.scope.column_functions = {"consents", "caseload"};
  if (auto student = model.find(record::student_entity)) {
    const auto& fields = model.entities[*student].fields;
    for (record::FieldId id = 0; id < fields.size(); ++id) {
      auto type = fields[id].type;
      if (type == Type::text || type == Type::boolean || type == Type::integer ||
          type == Type::date)
        columns.add(fields[id].path, {Input::From::student_field, id, {}, type});
    }
  }
  columns.add("enrollment.active", {Input::From::is_enrolled, 0, {}, Type::boolean});
  columns.add("coordinator", {Input::From::coordinator, 0, quoted("coordinator"), Type::text});
  for (const auto& scope : arguments_of(group.expression, "consents"))
    columns.add("consents:" + scope, {Input::From::consents, 0, quoted(scope), Type::boolean});
  for (const auto& role : arguments_of(group.expression, "caseload"))
    columns.add("caseload:" + role, {Input::From::caseload, 0, quoted(role), Type::boolean});
  return columns;
}

}  // namespace

Group::Group(const settings::Group& group, const record::Model& model, int32_t run_date) {
  auto columns = columns_for(group, model, run_date);
  state_ = std::make_unique<State>(std::move(columns.scope), std::move(columns.inputs));
  state_->student = model.find(record::student_entity).value_or(0);
  state_->student_values.resize(model.entities.at(state_->student).fields.size());
  asks_for_the_day_ = group.expression.find("run_date") != std::string::npos;

  express::Problem problem;
  auto compiled = state_->program.compile(group.expression, problem);
  if (!compiled && group.expression.find("any(") != std::string::npos)
    refuse(group,
           "any(...) over rows of the profile is not part of groups; columns are the student's "
           "fields, enrollment.active, coordinator, consents('SCOPE') and caseload('ROLE')");
  if (!compiled) refuse(group, problem.says + " (letter " + std::to_string(problem.at + 1) + ")");
  if (compiled->type != Type::boolean) refuse(group, "the expression does not answer yes or no");
  state_->compiled = std::move(*compiled);
  state_->values.resize(state_->compiled.columns.size());
}

Group::~Group() = default;
Group::Group(Group&&) noexcept = default;

bool Group::includes(std::string_view rows, const Facts& facts) {
  state_->collect(rows, facts);
  if (auto known = state_->remembered.find(state_->key); known != state_->remembered.end())
    return known->second;
  if (state_->remembered.size() >= most_remembered) state_->remembered.clear();
  return state_->remembered[state_->key] = state_->evaluate();
}

void Group::State::collect(std::string_view rows, const Facts& facts) {
  std::ranges::fill(student_values, std::string_view());
  while (!rows.empty()) {  // student rows stand first
    record::RowView row(rows);
    if (row.entity() != student) break;
    row.each([&](record::FieldView field) { student_values[field.field] = field.json; });
    rows.remove_prefix(row.bytes().size());
  }
  key.clear();
  for (std::size_t i = 0; i < compiled.columns.size(); ++i) {
    values[i] = value(inputs[compiled.columns[i]], facts);
    key.append(values[i]) += '\x1f';
  }
}

std::string_view Group::State::value(const Input& input, const Facts& facts) const {
  auto yes_or_no = [](bool is) {
    return is ? std::string_view("true") : std::string_view("false");
  };
  switch (input.from) {
    case Input::From::student_field:
      return student_values[input.field];
    case Input::From::is_enrolled:
      return yes_or_no(facts.is_enrolled);
    case Input::From::coordinator:
      return facts.has_role(input.word) ? std::string_view("\"yes\"") : std::string_view();
    case Input::From::caseload:
      return yes_or_no(facts.has_role(input.word));
    case Input::From::consents:
      return yes_or_no(std::ranges::any_of(facts.consents, [&](const Facts::Consent& consent) {
        return consent.is_live && consent.scope == input.word;
      }));
  }
  return {};
}

bool Group::State::evaluate() {
  arena.reset();
  for (auto& column : batch) column = {};
  for (std::size_t i = 0; i < compiled.columns.size(); ++i)
    if (!values[i].empty()) fill(compiled.columns[i], values[i]);
  program.begin(batch, 1, arena);
  auto answer = program.run(compiled.id);
  return answer.values && answer.is_valid(0) && answer.at<uint8_t>(0) != 0;
}

void Group::State::fill(uint32_t column, std::string_view json) {
  auto& filled = batch[column];
  filled.type = inputs[column].type;
  if (filled.type == Type::text) {
    auto* value = arena.many<record::Text>(1);
    *value = arena.keep(std::string_view(record::text_of_json(json)));
    filled.values = value;
  } else if (filled.type == Type::boolean) {
    auto* value = arena.many<uint8_t>(1);
    *value = json == "true";
    filled.values = value;
  } else if (filled.type == Type::integer) {
    auto* value = arena.many<int64_t>(1);
    *value = 0;
    std::from_chars(json.data(), json.data() + json.size(), *value);
    filled.values = value;
  } else {
    auto* value = arena.many<int32_t>(1);
    *value = day_of(json).value_or(0);
    filled.values = value;
  }
}

}  // namespace homeroom::govern

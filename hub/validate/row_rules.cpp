#include "hub/validate/row_rules.hpp"

#include <algorithm>

#include "hub/map/rows.hpp"

namespace homeroom::validate {

namespace {

using Check = Rule::Check;
using From = ScopeColumn::From;

bool sees_only_row(const std::optional<Condition>& condition) {
  return !condition || std::ranges::all_of(condition->compiled.columns, [&](uint32_t index) {
    auto from = (*condition->scope)[index].from;
    return from == From::own || from == From::key || from == From::source;
  });
}

/// The field a rule speaks of: its own, or the first that its condition reads.
record::FieldId field_of(const Rule& rule, const record::Entity& entity) {
  if (auto field = entity.find(rule.text.field)) return *field;
  if (rule.wrong)
    for (auto index : rule.wrong->compiled.columns)
      if (const auto& column = (*rule.wrong->scope)[index]; column.from == From::own)
        return static_cast<record::FieldId>(column.index);
  return 0;
}

}  // namespace

bool sets_records_aside(const Rule& rule) {
  bool is_of_row = rule.check == Check::wrong || rule.check == Check::unlisted;
  return rule.text.severity == record::Severity::fatal && is_of_row && !rule.is_of_run &&
         rule.order.empty() && rule.lookups.empty() && sees_only_row(rule.where) &&
         sees_only_row(rule.wrong);
}

RowRules::RowRules(const std::vector<Pack>& packs, std::string source)
    : source_(std::move(source)) {
  for (const auto& pack : packs)
    for (const auto& rule : pack.plan().rules)
      if (rule.text.is_on && sets_records_aside(rule)) rules_.push_back({&pack.plan(), &rule});
}

std::vector<uint8_t> RowRules::holds(const std::optional<Condition>& condition,
                                     const map::EntityRows& rows) {
  if (!condition) return std::vector<uint8_t>(rows.rows, 1);
  std::vector<record::Column> columns(condition->scope->size());
  for (auto index : condition->compiled.columns) {
    const auto& column = (*condition->scope)[index];
    if (column.from == From::own) columns[index] = rows.fields[column.index];
    if (column.from == From::key) columns[index] = rows.key;
    if (column.from == From::source) {
      auto* text = arena_.many<record::Text>(1);
      *text = record::text(source_);
      columns[index] = {record::Type::text, 0, text, nullptr, nullptr};
    }
  }
  condition->program->begin(columns, rows.rows, arena_);
  auto result = condition->program->run(condition->compiled.id);
  std::vector<uint8_t> out(rows.rows, 0);
  for (uint32_t row = 0; row < rows.rows; ++row)
    out[row] = result.values && result.is_valid(row) && result.at<uint8_t>(row);
  return out;
}

void RowRules::check(const map::EntityRows& rows, std::vector<RowFinding>& found) {
  if (rows.rows == 0) return;
  for (const auto& [plan, rule] : rules_) {
    if (*rule->entity != rows.entity) continue;
    arena_.reset();
    auto is_meant = holds(rule->where, rows);
    auto is_wrong = holds(rule->wrong, rows);
    if (rule->check == Check::unlisted) {
      const auto& codes = rows.fields[rule->fields.front()];
      for (uint32_t row = 0; row < rows.rows; ++row)
        is_wrong[row] = is_wrong[row] && codes.values && codes.is_valid(row) &&
                        !rule->listed.has(codes.text_at(row));
    }
    auto field = field_of(*rule, plan->model.entities[rows.entity]);
    for (uint32_t row = 0; row < rows.rows; ++row)
      if (is_meant[row] && is_wrong[row])
        found.push_back({row, field, rule->text.severity, rule->text.id, rule->text.says});
  }
}

}  // namespace homeroom::validate

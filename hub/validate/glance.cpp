#include "hub/validate/glance.hpp"

#include "hub/record/json.hpp"
#include "hub/validate/tally.hpp"

namespace homeroom::validate {

using record::Column;
using record::EntityId;
using record::FieldId;
using record::Text;
using From = ScopeColumn::From;

bool LookupIndexes::write_key(std::string& key, EntityId entity, const std::vector<FieldId>& fields,
                              uint32_t row) {
  key.clear();
  for (auto field : fields) {
    auto column = given_.field(entity, field);
    if (!column.values || !column.is_valid(row)) return false;
    record::append_json_value(key, column, row);
    key += ',';
  }
  return true;
}

const LookupIndexes::Index& LookupIndexes::index(const Lookup& lookup) {
  std::vector<FieldId> fields;
  for (const auto& [there, here] : lookup.by) fields.push_back(there);
  auto [found, is_new] = indexes_.try_emplace({lookup.entity, fields});
  if (!is_new) return found->second;
  std::string key;
  for (uint32_t row = 0; row < given_.entities[lookup.entity].rows(); ++row)
    if (write_key(key, lookup.entity, fields, row)) found->second.emplace(key, row);
  return found->second;
}

uint32_t LookupIndexes::find(const Lookup& lookup, EntityId here, uint32_t row) {
  std::vector<FieldId> fields;
  for (const auto& [there, mine] : lookup.by) fields.push_back(mine);
  std::string key;
  if (!write_key(key, here, fields, row)) return none;
  const auto& rows = index(lookup);
  auto found = rows.find(key);
  return found == rows.end() ? none : found->second;
}

namespace {

/// By student: its first row of the student entity, or none.
std::vector<uint32_t> rows_of_students(const Pack::Plan& plan, const GivenRows& given) {
  std::vector<uint32_t> first(given.students.size(), none);
  if (!plan.student) return first;
  const auto& rows = given.entities[*plan.student];
  for (uint32_t row = rows.rows(); row-- > 0;)
    if (rows.students[row] != none) first[rows.students[row]] = row;
  return first;
}

}  // namespace

Sight::Sight(Pack::Plan& the_plan, GivenRows& the_given, const GivenRows* the_before)
    : plan(the_plan),
      given(the_given),
      views(given),
      lookups(given),
      student_rows(rows_of_students(plan, given)),
      students(static_cast<uint32_t>(given.students.size())),
      before(the_before) {
  if (!before) return;
  auto there = rows_of_students(plan, *before);
  for (const auto& key : given.students) {
    auto found = before->student_index.find(key);
    rows_before.push_back(found == before->student_index.end() ? none : there[found->second]);
  }
}

Glance::Seen& Glance::see(EntityId entity, const std::vector<FieldId>& order) {
  auto [found, is_new] = seen_.try_emplace({entity, order});
  auto& seen = found->second;
  if (!is_new) return seen;
  seen.entity = entity;
  seen.part = part_of(sight_.views.view(entity, order), students_, sight_.students);
  for (auto student : seen.part.students)
    seen.student_rows.push_back(student == none ? none
                                                : sight_.student_rows[students_.first + student]);
  return seen;
}

std::vector<uint8_t> Glance::holds(const std::optional<Condition>& condition, Seen& seen,
                                   const std::vector<Lookup>& lookups) {
  auto rows = static_cast<uint32_t>(seen.part.rows.size());
  if (!condition) return std::vector<uint8_t>(rows, 1);
  std::vector<uint8_t> out(rows, 0);
  if (rows == 0) return out;
  std::vector<Column> columns(condition->scope->size());
  for (auto index : condition->compiled.columns)
    columns[index] = column((*condition->scope)[index], seen, lookups);
  condition->program->begin(columns, rows, arena_);
  auto result = condition->program->run(condition->compiled.id);
  for (uint32_t row = 0; row < rows; ++row)
    out[row] = result.values && result.is_valid(row) && result.at<uint8_t>(row);
  return out;
}

Column Glance::column(const ScopeColumn& column, Seen& seen, const std::vector<Lookup>& lookups) {
  if (column.from == From::lookup || column.from == From::lookup_key) {
    const auto& lookup = lookups[column.part];
    std::vector<uint32_t> found;
    for (auto row : seen.part.rows) found.push_back(sight_.lookups.find(lookup, seen.entity, row));
    return column.from == From::lookup_key
               ? keys(lookup.entity, found)
               : gather(sight_.given.field(lookup.entity, static_cast<FieldId>(column.index)),
                        found, arena_);
  }
  auto [found, is_new] = seen.columns.try_emplace({column.from, column.index, column.part});
  if (is_new) found->second = make(column, seen);
  return found->second;
}

Column Glance::make(const ScopeColumn& column, Seen& seen) {
  auto field = static_cast<FieldId>(column.index);
  switch (column.from) {
    case From::own:
      return gather(sight_.given.field(seen.entity, field), seen.part.rows, arena_);
    case From::previous:
      return gather(sight_.given.field(seen.entity, field), seen.part.previous, arena_);
    case From::student:
      return gather(sight_.given.field(*sight_.plan.student, field), seen.student_rows, arena_);
    case From::field_before: {
      std::vector<uint32_t> rows;
      for (auto student : seen.part.students)
        rows.push_back(student == none ? none : sight_.rows_before[students_.first + student]);
      return gather(sight_.before->field(*sight_.plan.student, field), rows, arena_);
    }
    case From::student_key:
      return keys(*sight_.plan.student, seen.student_rows);
    case From::key:
      return keys(seen.entity, seen.part.rows);
    case From::source:
      return sources(seen.entity, seen.part.rows);
    case From::previous_source:
      return sources(seen.entity, seen.part.previous);
    case From::measure:
      return gather(measure(column.index), seen.part.students, arena_);
    case From::series: {
      const auto& doses = series(column.index);
      auto part = static_cast<SeriesPart>(column.part);
      return gather(part == SeriesPart::doses   ? doses.doses
                    : part == SeriesPart::first ? doses.first
                                                : doses.last,
                    seen.part.students, arena_);
    }
    default:
      return {};
  }
}

Column Glance::keys(EntityId entity, const std::vector<uint32_t>& rows) {
  auto* texts = arena_.many<Text>(rows.size());
  auto* valid = arena_.many<uint8_t>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    valid[i] = rows[i] != none;
    texts[i] = valid[i] ? sight_.given.entities[entity].keys[rows[i]] : Text{};
  }
  return {record::Type::text, 1, texts, valid, nullptr};
}

Column Glance::sources(EntityId entity, const std::vector<uint32_t>& rows) {
  auto* texts = arena_.many<Text>(rows.size());
  auto* valid = arena_.many<uint8_t>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto origin = rows[i] == none ? none : sight_.given.entities[entity].places[rows[i]].origin;
    valid[i] = origin != none;
    texts[i] = valid[i] ? record::text(sight_.given.origins[origin].source) : Text{};
  }
  return {record::Type::text, 1, texts, valid, nullptr};
}

const Column& Glance::measure(uint32_t index) {
  auto [found, is_new] = measures_.try_emplace(index);
  if (!is_new) return found->second;
  const auto& measure = sight_.plan.measures[index];
  auto& seen = see(measure.entity, {});
  auto is_true = holds(measure.where, seen, {});
  Tally tally(measure, sight_.given, size());
  for (std::size_t i = 0; i < seen.part.rows.size(); ++i)
    if (seen.part.students[i] != none)
      tally.take(seen.part.students[i], seen.part.rows[i], is_true[i]);
  return found->second = tally.column(arena_);
}

const DoseColumns& Glance::series(uint32_t index) {
  auto [found, is_new] = series_.try_emplace(index);
  if (!is_new) return found->second;
  const auto& series = sight_.plan.series[index];
  auto& seen = see(series.entity, {series.date});
  auto is_dose = holds(series.where, seen, {});
  Column born;
  if (auto field = sight_.plan.model.entities[*sight_.plan.student].find("birthDate")) {
    std::vector<uint32_t> rows;
    for (auto s = students_.first; s < students_.last; ++s)
      rows.push_back(s == sight_.students ? none : sight_.student_rows[s]);
    born = gather(sight_.given.field(*sight_.plan.student, *field), rows, arena_);
  }
  return found->second =
             count_doses(series, seen.part, sight_.given.field(series.entity, series.date), is_dose,
                         born, size(), arena_);
}

}  // namespace homeroom::validate

#include "hub/map/rows.hpp"
#include "hub/validate/given_parts.hpp"
#include "hub/validate/given_rows.hpp"
#include "hub/validate/pack.hpp"

namespace homeroom::validate {

uint32_t GivenRows::student(std::string_view key) {
  auto found = student_index.find(key);
  if (found != student_index.end()) return found->second;
  auto number = static_cast<uint32_t>(students.size());
  students.emplace_back(key);
  student_index.emplace(students.back(), number);
  return number;
}

record::Column GivenRows::field(record::EntityId entity, record::FieldId id) const {
  if (id == key_of_row)
    return {record::Type::text, 1, entities[entity].keys.data(), nullptr, nullptr};
  const auto* column = entities[entity].fields[id];
  return column ? column->column() : record::Column{};
}

GivenRows::GivenRows(const Pack::Plan& plan) {
  for (std::size_t e = 0; e < plan.model.entities.size(); ++e) {
    auto& rows = entities.emplace_back();
    const auto& fields = plan.model.entities[e].fields;
    for (std::size_t f = 0; f < fields.size(); ++f)
      rows.fields.push_back(plan.is_used[e][f] ? &columns.emplace_back(fields[f].type) : nullptr);
  }
}

std::size_t GivenRows::bytes() const {
  constexpr std::size_t of_student = 120;
  std::size_t bytes =
      arena.bytes() + students.size() * of_student + unreadable.size() * sizeof(Unreadable);
  for (const auto& column : columns) bytes += column.bytes();
  for (const auto& entity : entities)
    bytes += entity.rows() * (sizeof(record::Text) + sizeof(RowPlace) + sizeof(uint32_t));
  return bytes;
}

void GivenRows::clear() {
  for (auto& column : columns) column.clear();
  for (auto& entity : entities) {
    entity.keys.clear();
    entity.students.clear();
    entity.places.clear();
    entity.numbers.clear();
  }
  unreadable.clear();
  student_index.clear();
  students.clear();
  ranks.clear();
  arena = record::Arena();
}

Given::Given(const Pack& pack) : pack_(pack), kept_(std::make_unique<GivenRows>(pack.plan())) {}

Given::~Given() = default;
Given::Given(Given&&) noexcept = default;

uint32_t Given::origin(std::string source, std::string stream, std::string file) {
  kept_->origins.push_back({std::move(source), std::move(stream), std::move(file)});
  return static_cast<uint32_t>(kept_->origins.size() - 1);
}

void Given::spill_to(record::Scratch& scratch) {
  scratch_ = &scratch;
  parts_ = std::make_unique<GivenParts>(scratch);
}

void Given::keep_to_budget() {
  if (parts_ && kept_->bytes() > parts_->room()) parts_->put(*kept_);
}

void Given::expect(record::EntityId entity) {
  kept_->entities[entity].is_given = true;
}

void Given::add(const map::EntityRows& rows,
                const std::function<std::pair<uint32_t, uint32_t>(uint32_t)>& place) {
  expect(rows.entity);
  auto& kept = kept_->entities[rows.entity];
  const auto& of = pack_.model().entities[rows.entity];
  const auto& student = of.name == record::student_entity ? rows.key : rows.student;
  for (uint32_t row = 0; row < rows.rows; ++row) {
    bool has_student = of.is_of_student && student.values && student.is_valid(row);
    kept.students.push_back(has_student ? kept_->student(student.text_at(row).view()) : none);
    bool has_key = rows.key.values && rows.key.is_valid(row);
    kept.keys.push_back(has_key ? kept_->arena.keep(rows.key.text_at(row)) : record::Text{});
    auto [origin, line] = place(row);
    kept.places.push_back({origin, line});
    for (std::size_t f = 0; f < kept.fields.size(); ++f)
      if (kept.fields[f]) kept.fields[f]->add(rows.fields[f], row, kept_->arena);
    count_row();
  }
}

void Given::add_unreadable(record::EntityId entity, const std::string& field,
                           std::string_view student, uint32_t origin, uint32_t line) {
  auto id = pack_.model().entities[entity].find(field);
  if (id)
    kept_->unreadable.push_back(
        {entity, *id, student.empty() ? none : kept_->student(student), {origin, line}});
}

void Given::count_row() {
  constexpr uint64_t rows_between = 256;
  if (++rows_ % rows_between == 0) keep_to_budget();
}

}  // namespace homeroom::validate

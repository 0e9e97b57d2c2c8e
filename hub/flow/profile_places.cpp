#include "hub/flow/profile_places.hpp"

#include <algorithm>

#include "hub/record/row.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

void ProfilePlaces::gather(uint32_t person) {
  said_.clear();
  contributions_.clear();
  for (const auto& record : parts_.people.records_of(person)) {
    Said said{record, parts_.name_of_source.at(record.source), ""};
    parts_.contributions.append(said.rows, record.source, record.node);
    if (!said.rows.empty()) said_.push_back(std::move(said));
  }
  for (const auto& said : said_) contributions_.push_back({said.source, said.rows, 0});
  auto corrected = parts_.corrections.of(person);
  auto correction = static_cast<uint32_t>(parts_.source_names.size());
  if (!corrected.empty()) contributions_.push_back({correction, corrected, 0});
}

std::optional<ProfilePlaces::Behind> ProfilePlaces::behind(record::EntityId entity,
                                                           std::optional<record::FieldId> field,
                                                           uint32_t row) {
  auto is_meant = [&](const merge::Choice& choice) {
    return choice.entity == entity && (!field || choice.field == *field) &&
           choice.source < parts_.source_names.size();
  };
  if (parts_.hub.model().entities[entity].name == record::student_entity) {
    auto choices = parts_.merger.explain(contributions_);
    auto choice = std::ranges::find_if(choices, is_meant);
    if (choice == choices.end()) return std::nullopt;
    return Behind{choice->source, choice->field, ""};
  }
  auto rows = parts_.merger.explain_rows(contributions_);
  std::erase_if(rows, [&](const merge::RowChoice& one) { return one.entity != entity; });
  if (row >= rows.size()) return std::nullopt;
  auto choice = std::ranges::find_if(rows[row].fields, is_meant);
  if (choice == rows[row].fields.end()) return std::nullopt;
  auto part = std::ranges::find(rows[row].parts, choice->source, &merge::RowChoice::Part::source);
  return Behind{choice->source, choice->field, part == rows[row].parts.end() ? "" : part->key};
}

void ProfilePlaces::say(record::Finding& finding, uint32_t person, uint32_t row) {
  const auto& model = parts_.hub.model();
  auto entity = model.find(finding.entity);
  if (!entity) return;
  auto field = model.entities[*entity].find(finding.field);
  bool is_of_student = finding.entity == record::student_entity;
  if (is_of_student && !field) return;  // the whole child: no row of a source is it
  gather(person);
  auto from = behind(*entity, field, row);
  if (!from) return;
  for (const auto& said : said_) {
    bool has_row = false;
    if (said.source == from->source)
      record::each_row(said.rows, [&](const record::RowView& one) {
        has_row |= one.entity() == *entity && (is_of_student || one.key() == from->row_key);
      });
    if (!has_row) continue;
    auto node = parts_.store.node(said.record.source, said.record.node);
    auto place =
        places_.place(parts_.source_names[from->source], node, *entity, from->field, from->row_key);
    if (!place || place->rows != 1) return;
    finding.file = place->file.empty() ? place->stream : place->file;
    finding.line = place->line;
    finding.record = place->record;
    return;
  }
}

}  // namespace homeroom::flow

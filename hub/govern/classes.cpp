#include "hub/govern/classes.hpp"

#include <algorithm>

#include "hub/record/json.hpp"
#include "hub/record/profile.hpp"

namespace homeroom::govern {

namespace {

bool is_reach(std::string_view path) {
  return path.starts_with("addresses") || path.starts_with("phones") || path.starts_with("emails");
}

}  // namespace

Classes::Classes(const record::Model& model, const Fields& fields,
                 const std::vector<settings::Source>& sources)
    : cells_(fields.count()),
      safety_(class_of("safety")),
      student_(model.find(record::student_entity).value_or(0)) {
  for (const auto& source : sources) sources_.emplace_back(source.name, regime_of(source.regime));
  for (std::size_t regime = 0; regime < regimes; ++regime)
    for (ClassId id = 0; id <= classless; ++id)
      raised_[regime][id] =
          id < class_words().size() ? raised(id, static_cast<Regime>(regime)) : id;
  if (auto contact = model.find("contact")) {
    contact_ = *contact;
    lives_with_ = model.entities[contact_].find("livesWith").value_or(0xffff);
  }
  for (record::EntityId entity = 0; entity < model.entities.size(); ++entity)
    for (record::FieldId field = 0; field < model.entities[entity].fields.size(); ++field) {
      auto& cell = cells_[fields.number(entity, field)];
      cell.id = fields.class_of_field(fields.number(entity, field));
      cell.is_reach = (entity == student_ || entity == contact_) &&
                      is_reach(model.entities[entity].fields[field].path);
    }
  // Canonical model, sections 3, 6.11 and 8.
  add_by_code(model, fields, "enrollment", "exitType", false,
              {{"expelled", "behavior"}, {"court", "justice"}, {"medical", "health"}});
  add_by_code(model, fields, "program", "program", true,
              {{"special-education", "special-education"},
               {"english-learner", "english-learner"},
               {"meals", "economic"},
               {"homeless", "housing"},
               {"foster", "child-welfare"},
               {"correction", "justice"},
               {"school-health", "health"},
               {"preschool", "early-childhood"},
               {"head-start", "early-childhood"},
               {"migrant", "demographic"}});
  add_by_code(model, fields, "caseload", "role", true,
              {{"homeless-liaison", "housing"},
               {"foster-contact", "child-welfare"},
               {"nurse", "health"},
               {"sped-staff", "special-education"}});
}

void Classes::add_by_code(const record::Model& model, const Fields& fields, std::string_view entity,
                          std::string_view path, bool is_for_row, const CodeClasses& codes) {
  auto entity_id = model.find(entity);
  if (!entity_id) return;
  auto field = model.entities[*entity_id].find(path);
  if (!field) return;
  ByCode by_code{*entity_id, *field, fields.number(*entity_id, *field), is_for_row, {}};
  for (const auto& [code, word] : codes) {
    std::string json;
    record::append_json_string(json, code);
    by_code.codes.emplace_back(std::move(json), class_of(word));
  }
  if (!is_for_row) cells_[by_code.number].decides_itself = true;
  by_code_.push_back(std::move(by_code));
}

ClassId Classes::by_value(uint32_t number, std::string_view json, ClassId otherwise) const {
  for (const auto& by_code : by_code_)
    if (by_code.number == number)
      for (const auto& [code, id] : by_code.codes)
        if (code == json) return id;
  return otherwise;
}

Classes::OfRow Classes::of_row(const record::RowView& row, const ProfileView& profile,
                               const Facts& facts) const {
  OfRow made;
  read_sources(record::source_of(row.key()), profile, made);
  if (facts.is_address_protected)
    made.hides_reach =
        row.entity() == student_ || (row.entity() == contact_ && row.find(lives_with_) != "false");
  for (const auto& by_code : by_code_)
    if (by_code.is_for_row && by_code.entity == row.entity())
      made.instead = by_value(by_code.number, row.find(by_code.field), classless);
  return made;
}

void Classes::read_sources(std::string_view names, const ProfileView& profile, OfRow& row) const {
  row.is_strong = true;
  while (!names.empty()) {
    auto name = names.substr(0, names.find(record::source_joint));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    for (const auto& [source, regime] : sources_)
      if (source == name) row.regime = std::max(row.regime, regime);
    if (profile.has_only_strong_links) continue;
    row.is_strong &= profile.strong_sources && std::ranges::find(*profile.strong_sources, name) !=
                                                   profile.strong_sources->end();
  }
}

}  // namespace homeroom::govern

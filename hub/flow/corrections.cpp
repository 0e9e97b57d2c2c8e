#include "hub/flow/corrections.hpp"

#include <algorithm>

#include "hub/record/profile.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

using store::CorrectionState;

std::optional<record::FieldId> field_of(const record::Model& model,
                                        const store::Correction& correction) {
  auto student = model.find(record::student_entity);
  return student ? model.entities[*student].find(correction.field) : std::nullopt;
}

std::string row_of(const record::Model& model,
                   const std::vector<const store::Correction*>& corrections) {
  std::map<record::FieldId, std::string_view> values;
  for (const auto* correction : corrections)
    if (auto field = field_of(model, *correction)) values[*field] = correction->value;
  std::string row;
  if (values.empty()) return row;
  record::RowWriter writer(row);
  writer.begin(*model.find(record::student_entity), record::correction_source);
  for (auto [field, json] : values) writer.field(field, json);
  writer.end();
  return row;
}

Corrections::Corrections(const record::Model& model, store::Store& store, int32_t run_date)
    : run_date_(run_date), all_(store.corrections()) {
  std::map<uint32_t, std::vector<const store::Correction*>> standing;
  for (const auto& correction : all_) {
    by_person_[correction.person].is_due |=
        correction.state != CorrectionState::stands || !stands(correction);
    if (stands(correction)) standing[correction.person].push_back(&correction);
  }
  for (auto& [person, corrections] : standing) by_person_[person].row = row_of(model, corrections);
}

bool Corrections::stands(const store::Correction& correction) const {
  bool has_ended = correction.until && *correction.until < run_date_;
  return correction.state != CorrectionState::dropped && !has_ended;
}

std::vector<uint32_t> Corrections::changing() const {
  std::vector<uint32_t> persons;
  for (const auto& [person, of] : by_person_)
    if (of.is_due) persons.push_back(person);
  return persons;
}

std::string_view Corrections::of(uint32_t person) const {
  auto found = by_person_.find(person);
  return found == by_person_.end() ? std::string_view() : found->second.row;
}

void Corrections::keep(store::Store& store) const {
  for (const auto& correction : all_) {
    if (!stands(correction))
      store.erase_correction(correction.number);
    else if (correction.state == CorrectionState::waits)
      store.set_correction_state(correction.number, CorrectionState::stands);
  }
}

}  // namespace homeroom::flow

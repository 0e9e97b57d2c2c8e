#include "hub/flow/link_strength.hpp"

#include <algorithm>

#include "hub/record/json.hpp"
#include "hub/record/profile.hpp"

namespace homeroom::flow {

LinkStrength::LinkStrength(const record::Model& model, const std::vector<std::string>& source_names)
    : names_(source_names), seen_(source_names.size()) {
  for (const auto& name : names_) record::append_json_string(names_as_json_.emplace_back(), name);
  auto entity = model.find("sourceRecord");
  if (!entity) return;
  entity_ = *entity;
  source_ = model.entities[entity_].find("source").value_or(0xffff);
  evidence_ = model.entities[entity_].find("evidence").value_or(0xffff);
}

void LinkStrength::start() {
  std::ranges::fill(seen_, Seen::no);
  is_all_strong_ = true;
}

void LinkStrength::add(uint32_t source, bool is_strong) {
  is_all_strong_ = is_all_strong_ && is_strong;
  auto& seen = seen_[source];
  if (!is_strong)
    seen = Seen::plain;
  else if (seen == Seen::no)
    seen = Seen::strong;
}

void LinkStrength::read(std::string_view profile_rows) {
  start();
  record::each_row(profile_rows, [&](const record::RowView& row) {
    if (row.entity() != entity_) return;
    auto found = std::ranges::find(names_as_json_, row.find(source_));
    bool is_strong = row.find(evidence_) == "\"strong\"";
    if (found != names_as_json_.end())
      add(static_cast<uint32_t>(found - names_as_json_.begin()), is_strong);
    else
      is_all_strong_ = false;  // of a source that is not there any more: nobody vouches for it
  });
}

govern::ProfileView LinkStrength::view(std::string_view id, std::string_view rows) {
  strong_.clear();
  if (!is_all_strong_)
    for (std::size_t source = 0; source < seen_.size(); ++source)
      if (seen_[source] == Seen::strong) strong_.push_back(names_[source]);
  // Who corrects a field has the child before them, not a record that was linked.
  if (!is_all_strong_) strong_.emplace_back(record::correction_source);
  return {id, rows, is_all_strong_, &strong_};
}

}  // namespace homeroom::flow

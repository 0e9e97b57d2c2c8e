#include "hub/merge/contest.hpp"

#include "hub/record/json.hpp"

namespace homeroom::merge {

void Contest::start(record::EntityId entity, std::size_t fields) {
  entity_ = entity;
  fields_ = fields;
  rows_.clear();
  values_.clear();
  findings_.clear();
}

void Contest::enter(uint32_t source, int32_t heard, const record::RowView& row) {
  rows_.push_back({source, heard});
  values_.resize(values_.size() + fields_);
  auto* values = values_.data() + values_.size() - fields_;
  row.each([&](record::FieldView field) { values[field.field] = field.json; });
  if (!findings_.empty()) findings_.resize(values_.size());
}

void Contest::doubt(const record::RowView& doubts) {
  findings_.resize(values_.size());
  auto* findings = findings_.data() + findings_.size() - fields_;
  doubts.each([&](record::FieldView field) { findings[field.field] = field.json; });
}

std::optional<uint32_t> Contest::winner(record::FieldId field) const {
  std::optional<uint32_t> best;
  for (uint32_t row = 0; row < rows_.size(); ++row) {
    if (value(row, field).empty()) continue;
    if (!best || stands_before(field, row, *best).first) best = row;
  }
  return best;
}

std::pair<bool, Contest::By> Contest::stands_before(record::FieldId field, uint32_t a,
                                                    uint32_t b) const {
  bool a_corrects = rows_[a].source == trust_.correction();
  if (a_corrects != (rows_[b].source == trust_.correction())) return {a_corrects, By::correction};
  if (trust_.is_protection(entity_, field)) {
    bool a_protects = value(a, field) == "true";
    if (a_protects != (value(b, field) == "true")) return {a_protects, By::protection};
  }
  if (trust_.can_be_unknown(entity_, field)) {
    bool a_known = is_known(field, a);
    if (a_known != is_known(field, b)) return {a_known, By::known};
  }
  bool a_admitted = is_admitted(field, a);
  if (a_admitted != is_admitted(field, b)) return {a_admitted, By::validity};
  const auto* ranks = trust_.ranks(entity_, field);
  auto a_rank = ranks[rows_[a].source];
  auto b_rank = ranks[rows_[b].source];
  if (a_rank != b_rank) return {a_rank < b_rank, By::trust};
  bool a_sound = is_sound(field, a);
  if (a_sound != is_sound(field, b)) return {a_sound, By::validity};
  if (rows_[a].heard != rows_[b].heard) return {rows_[a].heard > rows_[b].heard, By::recency};
  auto a_agree = agreeing(field, a);
  auto b_agree = agreeing(field, b);
  if (a_agree != b_agree) return {a_agree > b_agree, By::agreement};
  if (rows_[a].source != rows_[b].source) return {rows_[a].source < rows_[b].source, By::order};
  return {value(a, field) < value(b, field), By::order};
}

bool Contest::is_known(record::FieldId field, uint32_t row) const {
  return value(row, field) != "\"unknown\"";
}

bool Contest::is_sound(record::FieldId field, uint32_t row) const {
  if (finding(field, row).empty()) return true;
  for (uint32_t other = 0; other < rows_.size(); ++other)
    if (value(other, field) == value(row, field) && finding(field, other).empty()) return true;
  return false;
}

bool Contest::is_admitted(record::FieldId field, uint32_t row) const {
  bool is_old = mode_ == Findings::lower && finding(field, row) == "\"unreadable\"";
  return is_old || is_sound(field, row);
}

/// How many sources say what this row says.
uint32_t Contest::agreeing(record::FieldId field, uint32_t row) const {
  uint32_t sources = 0;
  for (uint32_t other = 0; other < rows_.size(); ++other) {
    if (value(other, field) != value(row, field)) continue;
    bool is_counted = false;
    for (uint32_t before = 0; before < other; ++before)
      is_counted |=
          rows_[before].source == rows_[other].source && value(before, field) == value(row, field);
    sources += !is_counted;
  }
  return sources;
}

std::string Contest::reason(record::FieldId field, uint32_t better, uint32_t worse) const {
  const auto& name = trust_.sources()[source(better)];
  switch (stands_before(field, better, worse).second) {
    case By::correction:
      return "a person corrected it";
    case By::protection:
      return name + " protects the child";
    case By::known:
      return name + " knows it";
    case By::validity:
      return trust_.sources()[source(worse)] +
             "'s value has a finding: " + record::text_of_json(finding(field, worse));
    case By::trust:
      return name + " stands before " + trust_.sources()[source(worse)] + " in trust." +
             trust_.list_of(entity_, field);
    case By::recency:
      return name + " was heard last";
    case By::agreement:
      return name + " says what most sources say";
    case By::order:
      return name + " stands first among the sources";
  }
  return {};
}

}  // namespace homeroom::merge

#include "hub/govern/share.hpp"

#include <algorithm>

namespace homeroom::govern {

ShareFilter::ShareFilter(const record::Model& model, const Fields& fields, const Classes& classes)
    : model_(model),
      fields_(fields),
      classes_(classes),
      contact_(model.find("contact").value_or(0xffff)),
      remembered_(class_words().size()),
      withheld_in_turn_(fields.count()) {}

void ShareFilter::start(const Terms& terms, const ProfileView& profile, const Facts& facts) {
  terms_ = &terms;
  asks_field_ = terms.asks_field.data();
  profile_ = &profile;
  facts_ = &facts;
  is_opted_out_ = terms.plan.is_opted_out(facts);
  ++turn_;
  withheld_ = 0;
  masks_.reset();
}

bool ShareFilter::admits(const record::RowView& row) {
  if (!terms_->asks_entity[row.entity()]) return false;
  if (row.entity() == contact_ && is_restricted(row)) {
    row.each([&](record::FieldView field) {
      auto number = fields_.number(row.entity(), field.field);
      if (terms_->asks_field[number]) withhold(number);
    });
    return false;
  }
  begin_row(row);
  return true;
}

void ShareFilter::begin_row(const record::RowView& row) {
  row_ = classes_.of_row(row, *profile_, *facts_);
  row_first_ = fields_.number(row.entity(), 0);
}

std::string_view ShareFilter::admit(const record::RowView&, const record::FieldView& field) {
  auto number = row_first_ + field.field;
  if (!asks_field_[number]) return {};
  auto id = classes_.of_value(row_, number, field.json);
  if (id == classless) return field.json;
  const auto& ruling = ruling_of_class(id);
  if (!row_.is_strong && (strong_only_ & only(id))) return withhold(number);
  switch (ruling.effect) {
    case Effect::allow:
      return field.json;
    case Effect::redact:
      return ruling.rule->keep[number] ? field.json : withhold(number);
    case Effect::mask:
      return masked(*ruling.rule, number, field.json);
    case Effect::pseudonym:
    case Effect::aggregate:
    case Effect::deny:
      break;
  }
  return withhold(number);
}

Ruling ShareFilter::ruling(const record::RowView& row, record::FieldView field) {
  using Because = Ruling::Because;
  if (row.entity() == contact_ && is_restricted(row))
    return {Effect::deny, nullptr, Because::restricted, class_of("safety")};
  auto number = fields_.number(row.entity(), field.field);
  auto id = classes_.of_value(row_, number, field.json);
  if (id == classless) return {Effect::allow, nullptr, Because::rule, id};
  auto made = ruling_of_class(id);
  if (made.because == Because::rule && !row_.is_strong && (strong_only_ & only(id)))
    return {Effect::deny, nullptr, Because::weak_link, id};
  if (made.effect == Effect::mask && made.rule->keep[number]) made.effect = Effect::allow;
  return made;
}

const Ruling& ShareFilter::ruling_of_class(ClassId id) {
  auto& remembered = remembered_[id];
  if (remembered.turn != turn_) remembered = {turn_, work_out(id)};
  return remembered.ruling;
}

Ruling ShareFilter::work_out(ClassId id) const {
  using Because = Ruling::Because;
  if (is_opted_out_ || !terms_->nothing_goes.empty())
    return {Effect::deny, nullptr, Because::nothing_goes, id};
  auto verdict = terms_->plan.verdict(id, *facts_);
  if (verdict.effect == Effect::deny) return {Effect::deny, verdict.rule, Because::rule, id};
  if (!(terms_->listed & only(id))) return {Effect::deny, nullptr, Because::not_listed, id};
  if (!terms_->consent_scope.empty() &&
      !terms_->plan.has_consent(*facts_, terms_->consent_scope, "recipient", id))
    return {Effect::deny, nullptr, Because::no_consent, id};
  return {verdict.effect, verdict.rule, Because::rule, id};
}

std::string_view ShareFilter::withhold(uint32_t number) {
  if (withheld_in_turn_[number] != turn_) {
    withheld_in_turn_[number] = turn_;
    ++withheld_;
  }
  return {};
}

std::string_view ShareFilter::masked(const Rule& rule, uint32_t number, std::string_view json) {
  if (rule.keep[number]) return json;
  bool is_text = json.size() >= 6 && json.front() == '"';
  if (!is_text || !(rule.year_only[number] || rule.last_four[number])) return withhold(number);
  auto part = rule.year_only[number] ? json.substr(1, 4) : json.substr(json.size() - 5, 4);
  // A part of an escaped or non-Latin text may not be a text.
  auto is_plain = [](char letter) { return letter >= ' ' && letter != '\\' && letter != '"'; };
  if (!std::ranges::all_of(part, is_plain)) return withhold(number);
  auto* bytes = masks_.take(6);
  bytes[0] = bytes[5] = '"';
  std::ranges::copy(part, bytes + 1);
  return {bytes, 6};
}

bool ShareFilter::is_restricted(const record::RowView& row) const {
  if (facts_->hides_all_contacts) return true;
  return std::ranges::any_of(facts_->restricted_rows, [&](const record::RowView& restricted) {
    return restricted.bytes().data() == row.bytes().data();
  });
}

}  // namespace homeroom::govern

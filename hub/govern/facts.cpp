#include "hub/govern/facts.hpp"

#include <algorithm>

#include "hub/record/date.hpp"
#include "hub/record/json.hpp"
#include "hub/record/profile.hpp"

namespace homeroom::govern {

namespace {

uint16_t field_of(const record::Model& model, std::string_view entity,
                  std::initializer_list<std::string_view> names) {
  auto id = model.find(entity);
  if (!id) return 0xffff;
  for (auto name : names)
    if (auto field = model.entities[*id].find(name)) return *field;
  return 0xffff;
}

}  // namespace

bool holds_text(std::string_view json, std::string_view text_json) {
  if (json.empty() || text_json.empty()) return false;
  if (json.front() == '"') return json == text_json;
  for (auto at = json.find(text_json); at != json.npos; at = json.find(text_json, at + 1))
    if (at != 0 && json[at - 1] != '\\') return true;
  return false;
}

std::optional<int32_t> day_of(std::string_view json) {
  if (json.size() < 12) return std::nullopt;
  return record::parse_iso_date(json.substr(1, 10));
}

bool Facts::has_role(std::string_view role_json) const {
  return std::ranges::find(caseload_roles, role_json) != caseload_roles.end();
}

bool Facts::has_opted_out(std::string_view category_json) const {
  return std::ranges::find(opt_outs, category_json) != opt_outs.end();
}

FactReader::FactReader(const record::Model& model, int32_t run_date)
    : run_date_(run_date),
      consent_(span_of(model, "consent")),
      caseload_(span_of(model, "caseload")),
      protected_(span_of(model, "protectedAddress")),
      restriction_(span_of(model, "contactRestriction")),
      opt_out_(span_of(model, "optOut")),
      homelessness_(span_of(model, "homelessness")),
      placement_(span_of(model, "fosterCare")),
      enrollment_(span_of(model, "enrollment")),
      student_(model.find(record::student_entity).value_or(none)),
      student_protected_(field_of(model, record::student_entity, {"protectedAddress"})),
      consent_id_(field_of(model, "consent", {"id"})),
      consent_given_(field_of(model, "consent", {"givenOn", "date"})),
      consent_scope_(field_of(model, "consent", {"scope", "purpose"})),
      consent_recipients_(field_of(model, "consent", {"recipients", "recipient"})),
      consent_classes_(field_of(model, "consent", {"classes"})),
      consent_revoked_(field_of(model, "consent", {"revokedAt", "revoked"})),
      caseload_role_(field_of(model, "caseload", {"role"})),
      restriction_contact_(field_of(model, "contactRestriction", {"contact"})),
      restriction_kind_(field_of(model, "contactRestriction", {"kind"})),
      opt_out_category_(field_of(model, "optOut", {"category"})),
      contact_(model.find("contact").value_or(none)),
      contact_first_(field_of(model, "contact", {"name.first"})),
      contact_last_(field_of(model, "contact", {"name.last"})),
      contact_restrictions_(field_of(model, "contact", {"restrictions"})) {}

FactReader::Span FactReader::span_of(const record::Model& model, std::string_view entity) const {
  return {model.find(entity).value_or(none), field_of(model, entity, {"start", "entryDate"}),
          field_of(model, entity, {"end", "exitDate"})};
}

bool FactReader::is_live(const Span& span, const record::RowView& row, WithoutStart without,
                         Facts& facts) const {
  return is_live(day_of(row.find(span.start)), day_of(row.find(span.end)), without, facts);
}

/// First and last day are both inside.
bool FactReader::is_live(std::optional<int32_t> start, std::optional<int32_t> end,
                         WithoutStart without, Facts& facts) const {
  auto changes = [&](int32_t day) {
    if (day > run_date_) facts.changes_on = std::min(facts.changes_on, day);
  };
  if (end) changes(*end + 1);
  if (start) changes(*start);
  if (end && *end < run_date_) return false;
  if (!start) return without == WithoutStart::holds;
  return *start <= run_date_;
}

void FactReader::read(std::string_view rows, Facts& facts) const {
  facts.consents.clear();
  facts.caseload_roles.clear();
  facts.opt_outs.clear();
  facts.restricted_contacts.clear();
  facts.contacts.clear();
  facts.restricted_rows.clear();
  facts.is_address_protected = facts.hides_all_contacts = false;
  facts.is_in_need = facts.is_in_placement = facts.is_enrolled = false;
  facts.changes_on = Facts::never;
  record::each_row(rows, [&](const record::RowView& row) { read_row(row, facts); });
  settle_consents(facts);
  find_restricted(facts);
}

void FactReader::read_row(const record::RowView& row, Facts& facts) const {
  auto entity = row.entity();
  // A consent must say since when. A list of children is of today, and what protects always holds.
  if (entity == student_) {
    facts.is_address_protected |= row.find(student_protected_) == "true";
  } else if (entity == contact_) {
    facts.contacts.push_back(row);
  } else if (entity == consent_.entity) {
    read_consent(row, facts);
  } else if (entity == caseload_.entity) {
    if (is_live(caseload_, row, WithoutStart::holds, facts))
      facts.caseload_roles.push_back(row.find(caseload_role_));
  } else if (entity == protected_.entity) {
    facts.is_address_protected |= is_live(protected_, row, WithoutStart::holds, facts);
  } else if (entity == restriction_.entity) {
    auto kind = row.find(restriction_kind_);
    bool forbids = kind != "\"no-pickup\"" && kind != "\"supervised-only\"";
    if (is_live(restriction_, row, WithoutStart::holds, facts) && forbids)
      facts.restricted_contacts.push_back(row.find(restriction_contact_));
  } else if (entity == opt_out_.entity) {
    if (is_live(opt_out_, row, WithoutStart::holds, facts))
      facts.opt_outs.push_back(row.find(opt_out_category_));
  } else if (entity == homelessness_.entity) {
    facts.is_in_need |= is_live(homelessness_, row, WithoutStart::does_not_hold, facts);
  } else if (entity == placement_.entity) {
    facts.is_in_placement |= is_live(placement_, row, WithoutStart::does_not_hold, facts);
  } else if (entity == enrollment_.entity) {
    auto end = day_of(row.find(enrollment_.end));
    facts.is_enrolled |= !end || *end >= run_date_;
    if (end && *end >= run_date_) facts.changes_on = std::min(facts.changes_on, *end + 1);
  }
}

void FactReader::read_consent(const record::RowView& row, Facts& facts) const {
  Facts::Consent consent;
  consent.id = row.find(consent_id_);
  if (consent.id.empty()) consent.id = row.key();
  consent.scope = row.find(consent_scope_);
  consent.recipients = row.find(consent_recipients_);
  consent.classes = consent_classes_ == none ? Facts::any_class : row.find(consent_classes_);
  auto start = row.find(consent_.start);
  if (start.empty()) start = row.find(consent_given_);
  consent.is_live =
      is_live(day_of(start), day_of(row.find(consent_.end)), WithoutStart::does_not_hold, facts);
  auto revoked = row.find(consent_revoked_);
  auto day = day_of(revoked);
  consent.is_revoked = revoked == "true" || (day && *day <= run_date_);
  if (day && *day > run_date_) facts.changes_on = std::min(facts.changes_on, *day);
  facts.consents.push_back(consent);
}

/// A revocation is a row of its own with the same id: it ends all rows of that consent.
void FactReader::settle_consents(Facts& facts) const {
  for (const auto& revoked : facts.consents) {
    if (!revoked.is_revoked) continue;
    for (auto& consent : facts.consents)
      if (consent.id == revoked.id) consent.is_live = false;
  }
}

bool FactReader::is_restricted(const record::RowView& contact, const Facts& facts) const {
  auto said = contact.find(contact_restrictions_);
  if (holds_text(said, "\"no-contact\"") || holds_text(said, "\"no-records\"")) return true;
  auto key = contact.key().substr(
      std::min(contact.key().size(), contact.key().find(record::source_end) + 1));
  return std::ranges::any_of(facts.restricted_contacts, [&](std::string_view json) {
    auto named = record::text_of_json(json);
    return key == named ||
           (key.starts_with(named) && key.substr(named.size()).starts_with(record::source_end));
  });
}

/// The restricted rows, and all others of persons of the same name: other sources know nothing of
/// it. If a restricted person is not among the contacts, no contact can be told from that person.
void FactReader::find_restricted(Facts& facts) const {
  for (const auto& contact : facts.contacts)
    if (is_restricted(contact, facts)) facts.restricted_rows.push_back(contact);
  auto found = facts.restricted_rows.size();
  facts.hides_all_contacts = !facts.restricted_contacts.empty() && found == 0;
  if (found == 0) return;
  for (const auto& contact : facts.contacts)
    for (std::size_t i = 0; i < found; ++i)
      if (is_same_name(contact, facts.restricted_rows[i])) {
        facts.restricted_rows.push_back(contact);
        break;
      }
}

bool FactReader::is_same_name(const record::RowView& a, const record::RowView& b) const {
  return a.find(contact_last_) == b.find(contact_last_) &&
         a.find(contact_first_) == b.find(contact_first_);
}

}  // namespace homeroom::govern

#include "hub/govern/terms.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"

namespace homeroom::govern {

namespace {

using settings::Destination;

bool is_held_outside(const Destination& destination) {
  return destination.held_by != "district";
}

[[noreturn]] void refuse(const Destination& destination, const std::string& says) {
  throw Error(Next::fix_settings, destination.place.file + ":" +
                                      std::to_string(destination.place.line) + ": destination " +
                                      destination.name + ": " + says);
}

void require_word(const Destination& destination, const std::string& setting,
                  const std::string& word, const std::vector<std::string>& known) {
  if (std::ranges::find(known, word) != known.end()) return;
  auto near = settings::did_you_mean(word, known);
  refuse(destination, setting + ": " + word + " is not known" +
                          (near ? ", did you mean " + *near : std::string()));
}

/// "consent(referral)" -> "referral".
std::string consent_scope_of(const std::string& basis) {
  if (!basis.starts_with("consent(") || !basis.ends_with(")")) return {};
  return basis.substr(8, basis.size() - 9);
}

ClassSet classes_of(const settings::Agreement& agreement) {
  ClassSet set = 0;
  for (const auto& word : agreement.classes) {
    if (std::ranges::find(class_words(), word) == class_words().end()) {
      auto near = settings::did_you_mean(word, class_words());
      throw Error(Next::fix_settings, agreement.place.file + ":" +
                                          std::to_string(agreement.place.line) + ": agreement " +
                                          agreement.name + ": " + word + " is no class of data" +
                                          (near ? ", did you mean " + *near : std::string()));
    }
    set |= only(class_of(word));
  }
  return set;
}

bool is_over(const settings::Agreement& agreement, int32_t run_date) {
  return agreement.ends && *agreement.ends < run_date;
}

Audience audience_of(const Destination& destination, const settings::Agreement* agreement,
                     int32_t run_date) {
  Audience audience;
  audience.read_by = destination.read_by;
  audience.held_by = destination.held_by;
  audience.purpose = destination.purpose;
  audience.destination = destination.name;
  audience.is_held_outside = is_held_outside(destination);
  audience.serves_all_schools = destination.readers_schools == "all";
  if (!agreement) return audience;
  audience.has_counsel = agreement->has_counsel;
  if (!is_over(*agreement, run_date)) audience.agreement_kind = agreement->kind;
  return audience;
}

}  // namespace

bool is_disclosure(const Destination& destination) {
  static const std::vector<std::string> outsiders{"partner-agency",  "child-welfare-agency",
                                                  "health-provider", "state-agency",
                                                  "researcher",      "court",
                                                  "public"};
  return is_held_outside(destination) ||
         std::ranges::find(outsiders, destination.read_by) != outsiders.end();
}

const settings::Agreement* agreement_of(const settings::Workspace& workspace,
                                        const Destination& destination) {
  if (destination.agreement.empty()) {
    if (is_held_outside(destination))
      refuse(destination, "held by " + destination.held_by + ", but it names no agreement");
    return nullptr;
  }
  std::vector<std::string> names;
  for (const auto& agreement : workspace.agreements) {
    if (agreement.name == destination.agreement) return &agreement;
    names.push_back(agreement.name);
  }
  require_word(destination, "agreement", destination.agreement, names);
  return nullptr;
}

Terms terms_of(const settings::Workspace& workspace, const Destination& destination,
               std::span<const Rule> rules, const record::Model& model, const Fields& fields,
               int32_t run_date) {
  require_word(destination, "read_by", destination.read_by, audience_words());
  require_word(destination, "purpose", destination.purpose, purpose_words());
  const auto* agreement = agreement_of(workspace, destination);
  Terms terms(Plan(rules, audience_of(destination, agreement, run_date), run_date));

  auto asked = fields.meant_by(destination.send, destination.place, "send");
  terms.asks_field.assign(asked.begin(), asked.end());
  for (record::EntityId entity = 0; entity < model.entities.size(); ++entity) {
    auto first = asked.begin() + static_cast<std::ptrdiff_t>(fields.number(entity, 0));
    auto count = static_cast<std::ptrdiff_t>(model.entities[entity].fields.size());
    terms.asks_entity.push_back(std::find(first, first + count, true) != first + count);
  }
  if (!agreement) return terms;

  terms.agreement = agreement->name;
  terms.listed = classes_of(*agreement);
  terms.consent_scope = consent_scope_of(agreement->basis);
  if (is_over(*agreement, run_date))
    terms.nothing_goes =
        "agreement " + agreement->name + " ended on " + record::iso_date(*agreement->ends);
  else if (is_held_outside(destination) && agreement->basis != "F3" && terms.consent_scope.empty())
    terms.nothing_goes = "agreement " + agreement->name +
                         " neither makes its holder a school official (basis: F3) nor names a "
                         "consent (basis: consent(SCOPE))";
  return terms;
}

ClassSet classes_asked(const Terms& terms, const Fields& fields) {
  ClassSet set = 0;
  for (uint32_t number = 0; number < terms.asks_field.size(); ++number)
    if (terms.asks_field[number] && fields.class_of_field(number) != classless)
      set |= only(fields.class_of_field(number));
  return set;
}

std::vector<std::string> names_of(ClassSet classes) {
  std::vector<std::string> names;
  for (ClassId id = 0; id < class_words().size(); ++id)
    if (classes & only(id)) names.push_back(class_words()[id]);
  return names;
}

void advise(const settings::Workspace& workspace, const Destination& destination,
            const Terms& terms, std::span<const Rule> rules, const Fields& fields,
            std::vector<record::Finding>& advice) {
  auto say = [&](record::Severity severity, const std::string& rule, const std::string& says) {
    record::Finding finding;
    finding.severity = severity;
    finding.rule = rule;
    finding.file = destination.place.file;
    finding.line = destination.place.line;
    finding.says = "destination " + destination.name + ": " + says;
    advice.push_back(std::move(finding));
  };
  using record::Severity;
  if (!terms.nothing_goes.empty())
    say(Severity::warning, "agreement", terms.nothing_goes + ": nothing goes");
  const auto* agreement = agreement_of(workspace, destination);
  auto asked = classes_asked(terms, fields);
  for (const auto& rule : rules) {
    bool waits = agreement && !agreement->has_counsel && is_held_outside(destination) &&
                 std::ranges::find(rule.lifted_by_counsel, destination.read_by) !=
                     rule.lifted_by_counsel.end();
    if (waits && (rule.classes & asked))
      say(Severity::warning, "counsel",
          "rule " + rule.name + " keeps back " + names_of(rule.classes & asked).front() +
              " until agreement " + agreement->name + " carries counsel (who, date, text)");
  }
  for (ClassId id = 0; id < class_words().size(); ++id) {
    if (!(asked & only(id))) continue;
    if (terms.plan.allowing(id).empty())
      say(Severity::info, "no-rule",
          "asks for " + class_words()[id] + ", and no rule lets it go to " + destination.read_by +
              " for " + destination.purpose);
    else if (!(terms.listed & only(id)))
      say(Severity::warning, "not-listed",
          "asks for " + class_words()[id] + ", which agreement " + terms.agreement +
              " does not list");
  }
}

}  // namespace homeroom::govern

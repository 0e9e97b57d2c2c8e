#include "hub/govern/plan.hpp"

#include <algorithm>
#include <tuple>

#include "hub/record/json.hpp"

namespace homeroom::govern {

namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

std::string json_of(const std::string& text) {
  std::string json;
  record::append_json_string(json, text);
  return json;
}

/// Sorts the most exact rule to the front: class named, then audience, then purpose; then the
/// strictest.
auto order(const Rule* rule) {
  return std::tuple(!rule->names_classes, rule->audiences.empty(), rule->purposes.empty(),
                    -static_cast<int>(rule->effect));
}

bool lifts(const Rule& lifter, const Rule& deny) {
  if (has(deny.overridable_by, lifter.id)) return true;
  return lifter.overrides_all_but && lifter.effect != Effect::deny &&
         !has(*lifter.overrides_all_but, deny.id);
}

}  // namespace

Plan::Plan(std::span<const Rule> rules, Audience audience, int32_t run_date)
    : audience_(std::move(audience)), role_json_(json_of(audience_.read_by)) {
  std::vector<const Rule*> matching;
  for (const auto& rule : rules) {
    if (!speaks_to(rule) || is_lifted_by_counsel(rule)) continue;
    if (rule.ends && *rule.ends < run_date) continue;
    if (rule.ends) changes_on_ = std::min(changes_on_.value_or(Facts::never), *rule.ends + 1);
    matching.push_back(&rule);
  }
  for (std::size_t id = 0; id < class_words().size(); ++id)
    classes_.push_back(of_class(static_cast<ClassId>(id), matching));
}

bool Plan::speaks_to(const Rule& rule) const {
  if (!rule.purposes.empty() && !has(rule.purposes, audience_.purpose)) return false;
  if (rule.when_held_outside && audience_.is_held_outside) return true;
  return rule.audiences.empty() || has(rule.audiences, audience_.read_by);
}

bool Plan::is_lifted_by_counsel(const Rule& rule) const {
  return audience_.has_counsel && has(rule.lifted_by_counsel, audience_.read_by);
}

Plan::OfClass Plan::of_class(ClassId id, std::span<const Rule* const> rules) const {
  OfClass made;
  for (const auto* rule : rules) {
    if (!rule->speaks_of(id)) continue;
    if (rule->effect != Effect::deny) {
      made.others.push_back(rule);
      continue;
    }
    Deny deny{rule, {}};
    for (const auto* lifter : rules)
      if (lifter->speaks_of(id) && lifts(*lifter, *rule)) deny.lifters.push_back(lifter);
    made.denies.push_back(std::move(deny));
  }
  std::ranges::stable_sort(made.others, {}, order);
  return made;
}

Verdict Plan::verdict(ClassId id, const Facts& facts) const {
  for (const auto& deny : classes_[id].denies) {
    auto lifts_now = [&](const Rule* rule) { return holds(*rule, id, facts); };
    if (holds(*deny.rule, id, facts) && std::ranges::none_of(deny.lifters, lifts_now))
      return {Effect::deny, deny.rule};
  }
  for (const auto* rule : classes_[id].others)
    if (holds(*rule, id, facts)) return {rule->effect, rule};
  return {};
}

bool Plan::holds(const Rule& rule, ClassId id, const Facts& facts) const {
  return std::ranges::all_of(rule.when, [&](const auto& any) {
    return std::ranges::any_of(any,
                               [&](const auto& condition) { return holds(condition, id, facts); });
  });
}

bool Plan::holds(const Condition& condition, ClassId id, const Facts& facts) const {
  switch (condition.kind) {
    case Condition::Kind::relation:
      return facts.has_role(role_json_) ||
             (condition.word == "my-school" && audience_.serves_all_schools);
    case Condition::Kind::consent:
      return has_consent(facts, condition.scope, condition.recipient, id);
    case Condition::Kind::agreement:
      return audience_.agreement_kind == condition.scope;
    case Condition::Kind::active_need:
      return facts.is_in_need;
    case Condition::Kind::active_placement:
      return facts.is_in_placement;
    case Condition::Kind::by_hand:
      return false;
  }
  return false;
}

bool Plan::has_consent(const Facts& facts, const std::string& scope, const std::string& recipient,
                       ClassId id) const {
  auto scope_json = json_of(scope);
  auto names_recipient = [&](std::string_view recipients) {
    if (recipient != "recipient") return holds_text(recipients, json_of(recipient));
    return holds_text(recipients, json_of(audience_.held_by)) ||
           holds_text(recipients, json_of(audience_.destination));
  };
  return std::ranges::any_of(facts.consents, [&](const Facts::Consent& consent) {
    // Canonical model, section 8: a consent that names no class allows nothing.
    return consent.is_live && consent.scope == scope_json && names_recipient(consent.recipients) &&
           (consent.classes == Facts::any_class ||
            holds_text(consent.classes, json_of(class_words()[id])));
  });
}

bool Plan::is_opted_out(const Facts& facts) const {
  if (facts.opt_outs.empty()) return false;
  static const std::vector<std::string> agencies{"partner-agency", "child-welfare-agency",
                                                 "health-provider"};
  return (audience_.purpose == "directory" && facts.has_opted_out("\"directory\"")) ||
         (audience_.purpose == "research" && facts.has_opted_out("\"research\"")) ||
         (has(agencies, audience_.read_by) && facts.has_opted_out("\"outside-agencies\""));
}

}  // namespace homeroom::govern

#include "hub/govern/policy.hpp"

#include <algorithm>

namespace homeroom::govern {

namespace {

using settings::Node;
using Words = std::vector<std::string>;

const Words effect_words{"allow", "mask", "redact", "pseudonym", "aggregate", "deny"};

/// Conditions that only a person at a screen can meet.
const Words by_hand_words{
    "by-hand",          "reason-required",      "dual-approval",  "time-limit", "identity-checked",
    "restricted-right", "enrollment-confirmed", "manual-release", "my-program"};
const Words relation_words{"my-student", "my-school", "my-caseload"};

[[noreturn]] void refuse_word(const Node& node, const std::string& what, const Words& known) {
  auto near = settings::did_you_mean(node.text(), known);
  node.refuse(node.text() + " is no " + what + (near ? ", did you mean " + *near : std::string()));
}

Words words_of(const Node& list, const std::string& what, const Words& known) {
  Words words;
  for (const auto& item : list.items()) {
    if (std::ranges::find(known, item.text()) == known.end()) refuse_word(item, what, known);
    words.push_back(item.text());
  }
  return words;
}

bool is_any(const Node& node) {
  return node.kind() == settings::Kind::scalar && node.text() == "*";
}

/// Empty for `*`.
Words words_or_any(const Node& node, const std::string& what, const Words& known) {
  if (is_any(node)) return {};
  auto words = words_of(node, what, known);
  if (words.empty()) node.refuse("names no " + what + "; * stands for any");
  return words;
}

Words texts_of(const Node& list) {
  Words texts;
  for (const auto& item : list.items()) texts.push_back(item.text());
  return texts;
}

ClassSet classes_of(const Words& words) {
  ClassSet set = 0;
  for (const auto& word : words) set |= only(class_of(word));
  return set;
}

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/// "consent(meal-status, coordinator)" -> {"meal-status", "coordinator"}; nothing if not of this
/// form.
std::optional<Words> arguments_of(const std::string& word, const std::string& function) {
  if (!word.starts_with(function + "(") || !word.ends_with(")")) return std::nullopt;
  auto inside = word.substr(function.size() + 1, word.size() - function.size() - 2);
  Words arguments;
  for (std::size_t from = 0; from <= inside.size();) {
    auto comma = std::min(inside.find(',', from), inside.size());
    arguments.push_back(trimmed(inside.substr(from, comma - from)));
    from = comma + 1;
  }
  return arguments;
}

Condition condition_of(const Node& place, const std::string& word) {
  using Kind = Condition::Kind;
  if (std::ranges::find(relation_words, word) != relation_words.end())
    return {Kind::relation, word, {}, {}};
  if (std::ranges::find(by_hand_words, word) != by_hand_words.end())
    return {Kind::by_hand, word, {}, {}};
  if (word == "active-need") return {Kind::active_need, word, {}, {}};
  if (word == "active-placement") return {Kind::active_placement, word, {}, {}};
  if (auto arguments = arguments_of(word, "consent"); arguments && arguments->size() == 2)
    return {Kind::consent, word, (*arguments)[0], (*arguments)[1]};
  if (auto arguments = arguments_of(word, "agreement"); arguments && arguments->size() == 1)
    return {Kind::agreement, word, (*arguments)[0], {}};
  Words known = relation_words;
  known.insert(known.end(), by_hand_words.begin(), by_hand_words.end());
  known.insert(known.end(), {"active-need", "active-placement"});
  auto near = settings::did_you_mean(word, known);
  place.refuse(word + " is no condition" +
               (near ? ", did you mean " + *near
                     : "; consent(SCOPE, RECIPIENT) and agreement(KIND) have arguments"));
}

/// Items must all hold; inside one, "or" separates what may hold in its place.
std::vector<std::vector<Condition>> conditions_of(const Node& list) {
  std::vector<std::vector<Condition>> all;
  for (const auto& item : list.items()) {
    std::vector<Condition> any;
    const auto& text = item.text();
    for (std::size_t from = 0; from <= text.size();) {
      auto end = std::min(text.find(" or ", from), text.size());
      any.push_back(condition_of(item, trimmed(text.substr(from, end - from))));
      from = end + 4;
    }
    all.push_back(std::move(any));
  }
  return all;
}

void read_mask(Rule& rule, const Node& mask, const Fields& fields) {
  for (const auto& [field, form] : mask.entries()) {
    auto set = fields.meant_by({field.text()}, field.place(), "mask");
    auto& target = form.text() == "year" ? rule.year_only : rule.last_four;
    if (form.text() != "year" && form.text() != "last-four")
      refuse_word(form, "form of a mask", {"year", "last-four"});
    for (std::size_t i = 0; i < set.size(); ++i)
      if (set[i]) target[i] = true;
  }
}

void append_meaning(std::string& out, const std::string& name, const Words& words) {
  out += name + "=";
  for (const auto& word : words) out += word + ",";
  out += ";";
}

void append_meaning(std::string& out, const std::string& name, const FieldSet& set,
                    const Fields& fields) {
  Words words;
  for (uint32_t i = 0; i < set.size(); ++i)
    if (set[i]) words.push_back(fields.name(i));
  append_meaning(out, name, words);
}

std::string meaning_of(const Rule& rule, const Fields& fields) {
  auto out = rule.name + ":" + to_text(rule.effect) + ":" + std::to_string(rule.classes) + ":" +
             (rule.names_classes ? "named" : "any") + (rule.when_held_outside ? ":outside" : "") +
             ";";
  append_meaning(out, "purposes", rule.purposes);
  append_meaning(out, "audiences", rule.audiences);
  append_meaning(out, "counsel", rule.lifted_by_counsel);
  append_meaning(out, "by", rule.overridable_by);
  if (rule.overrides_all_but) append_meaning(out, "over", *rule.overrides_all_but);
  for (const auto& any : rule.when)
    for (const auto& condition : any)
      out += condition.word + (&condition == &any.back() ? "&" : "|");
  append_meaning(out, "keep", rule.keep, fields);
  append_meaning(out, "year", rule.year_only, fields);
  append_meaning(out, "last", rule.last_four, fields);
  return out + (rule.ends ? std::to_string(*rule.ends) : "open") + "\n";
}

Rule rule_of(const Node& node, const std::string& pack, const Fields& fields) {
  node.only({"id", "classes", "but_not", "purposes", "audiences", "when_held_outside",
             "lifted_by_counsel", "basis", "effect", "when", "keep", "mask", "overridable_by",
             "overrides_all_but", "log", "owner", "ends", "says"});
  Rule rule;
  rule.id = node.require("id").text();
  rule.name = pack + " " + rule.id;
  auto classes = node.require("classes");
  rule.names_classes = !is_any(classes);
  auto named = words_or_any(classes, "class of data", class_words());
  rule.classes = rule.names_classes ? classes_of(named) : only(classless) - 1;
  rule.classes &= ~classes_of(words_of(node.find("but_not"), "class of data", class_words()));
  rule.purposes = words_or_any(node.require("purposes"), "purpose", purpose_words());
  rule.audiences = words_or_any(node.require("audiences"), "audience", audience_words());
  if (auto outside = node.find("when_held_outside")) rule.when_held_outside = outside.boolean();
  rule.lifted_by_counsel = words_of(node.find("lifted_by_counsel"), "audience", audience_words());
  if (node.require("basis").text().empty()) node.find("basis").refuse("a rule rests on something");

  auto effect = node.require("effect");
  auto known = std::ranges::find(effect_words, effect.text());
  if (known == effect_words.end()) refuse_word(effect, "effect", effect_words);
  rule.effect = static_cast<Effect>(known - effect_words.begin());
  rule.when = conditions_of(node.find("when"));
  rule.overridable_by = texts_of(node.find("overridable_by"));
  if (auto rest = node.find("overrides_all_but")) rule.overrides_all_but = texts_of(rest);

  auto keep = node.find("keep");
  if (keep && rule.effect != Effect::redact && rule.effect != Effect::mask)
    keep.refuse("keep goes with redact or mask");
  rule.keep =
      keep ? fields.meant_by(texts_of(keep), keep.place(), "keep") : FieldSet(fields.count());
  rule.year_only = rule.last_four = FieldSet(fields.count());
  if (auto mask = node.find("mask")) read_mask(rule, mask, fields);
  if (auto log = node.find("log")) words_of(log, "kind of log", {"none", "access", "disclosure"});
  if (auto ends = node.find("ends")) {
    rule.ends = ends.date();
    if (!node.find("owner")) node.refuse("a rule with an end has an owner who renews it");
  }
  if (auto says = node.find("says")) rule.says = says.text();
  rule.meaning = meaning_of(rule, fields);
  return rule;
}

}  // namespace

std::string to_text(Effect effect) {
  return effect_words[static_cast<std::size_t>(effect)];
}

void add_rules(std::vector<Rule>& rules, const settings::Node& file, const Fields& fields) {
  file.only({"policy", "name", "rules"});
  if (file.require("policy").integer() != 1)
    file.find("policy").refuse("this program reads policy 1");
  const auto& pack = file.require("name").text();
  for (const auto& node : file.require("rules").items()) {
    auto rule = rule_of(node, pack, fields);
    auto twin = std::ranges::find(rules, rule.id, &Rule::id);
    if (twin != rules.end()) node.find("id").refuse("rule " + rule.id + " stands in " + twin->name);
    rules.push_back(std::move(rule));
  }
}

std::vector<Rule> load_policy(const std::vector<std::filesystem::path>& files,
                              const Fields& fields) {
  std::vector<Rule> rules;
  for (const auto& file : files) add_rules(rules, settings::load(file), fields);
  return rules;
}

}  // namespace homeroom::govern

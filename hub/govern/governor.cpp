#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <xxhash.h>

#include "homeroom/error.hpp"
#include "hub/govern/classes.hpp"
#include "hub/govern/govern.hpp"
#include "hub/govern/groups.hpp"
#include "hub/govern/share.hpp"
#include "hub/govern/terms.hpp"

namespace homeroom::govern {

namespace {

std::string hash_of(std::string_view text) {
  auto hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

/// The conditions of a rule as one phrase: "my-caseload or my-school, and active-need".
std::string conditions_of(const Rule& rule) {
  std::string phrase;
  for (const auto& any : rule.when) {
    if (!phrase.empty()) phrase += ", and ";
    for (const auto& condition : any)
      phrase += (&condition == &any.front() ? "" : " or ") + condition.word;
  }
  return phrase;
}

/// One destination with all that its shares need.
struct Lane {
  Lane(const settings::Destination& of, Terms made) : destination(of), terms(std::move(made)) {}

  settings::Destination destination;
  Terms terms;
  std::optional<Group> group;         ///< none: all students
  std::optional<int32_t> changes_on;  ///< by paper or policy
  std::string digest;
};

class PolicyGovernor final : public Governor {
 public:
  PolicyGovernor(const settings::Workspace& workspace, const record::Model& model, int32_t run_date,
                 std::vector<record::Finding>& advice)
      : model_(model),
        run_date_(run_date),
        fields_(model),
        rules_(load_policy(workspace.policy, fields_)),
        facts_reader_(model, run_date),
        classes_(model, fields_, workspace.sources),
        writer_(model),
        filter_(model, fields_, classes_) {
    std::string meaning;
    for (const auto& rule : rules_) meaning += rule.meaning;
    policy_version_ = hash_of(meaning);
    for (const auto& destination : workspace.destinations) add(workspace, destination, advice);
  }

  const std::vector<std::string>& destinations() const override { return names_; }
  const std::string& digest(std::size_t destination) const override {
    return lanes_[destination].digest;
  }
  bool is_disclosure(std::size_t destination) const override {
    return govern::is_disclosure(lanes_[destination].destination);
  }
  void read(const ProfileView& profile) override {
    profile_ = profile;
    facts_reader_.read(profile.rows, facts_);
  }
  using Governor::share;
  const Share& share(std::size_t destination) override;
  std::vector<FieldRuling> explain(std::size_t destination, const ProfileView& profile) override;
  Basis basis(std::size_t destination) const override;

 private:
  void add(const settings::Workspace& workspace, const settings::Destination& destination,
           std::vector<record::Finding>& advice);
  std::string digest_of(const settings::Workspace& workspace, const Lane& lane) const;
  std::optional<int32_t> changes_on(const Lane& lane) const;
  FieldRuling in_words(const Lane& lane, const record::RowView& row, record::FieldView field);
  std::string reason(const Lane& lane, const Ruling& ruling) const;

  const record::Model& model_;
  int32_t run_date_;
  Fields fields_;
  std::vector<Rule> rules_;
  FactReader facts_reader_;
  Classes classes_;
  record::ProfileWriter writer_;
  ShareFilter filter_;
  ProfileView profile_;  ///< read last
  Facts facts_;          ///< of it
  Share share_;          ///< decided last
  std::vector<Lane> lanes_;
  std::vector<std::string> names_;
  std::string policy_version_;
};

void PolicyGovernor::add(const settings::Workspace& workspace,
                         const settings::Destination& destination,
                         std::vector<record::Finding>& advice) {
  Lane lane(destination, terms_of(workspace, destination, rules_, model_, fields_, run_date_));
  if (destination.students != "all") {
    auto group = std::ranges::find(workspace.groups, destination.students, &settings::Group::name);
    if (group == workspace.groups.end()) {
      std::vector<std::string> names{"all"};
      for (const auto& known : workspace.groups) names.push_back(known.name);
      auto near = settings::did_you_mean(destination.students, names);
      throw Error(
          Next::fix_settings,
          fmt::format("{}:{}: destination {}: students: no group {}{}", destination.place.file,
                      destination.place.line, destination.name, destination.students,
                      near ? ", did you mean " + *near : std::string()));
    }
    lane.group.emplace(*group, model_, run_date_);
  }
  lane.changes_on = lane.terms.plan.changes_on();
  const auto* agreement = agreement_of(workspace, destination);
  if (agreement && agreement->ends && *agreement->ends >= run_date_)
    lane.changes_on = std::min(lane.changes_on.value_or(Facts::never), *agreement->ends + 1);
  if (lane.group && lane.group->asks_for_the_day()) lane.changes_on = run_date_ + 1;
  lane.digest = digest_of(workspace, lane);
  advise(workspace, destination, lane.terms, rules_, fields_, advice);
  names_.push_back(destination.name);
  lanes_.push_back(std::move(lane));
}

std::string PolicyGovernor::digest_of(const settings::Workspace& workspace,
                                      const Lane& lane) const {
  const auto& to = lane.destination;
  auto text =
      fmt::format("1\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", policy_version_, to.name, to.held_by,
                  to.read_by, to.purpose, to.students, to.readers_schools, joined(to.send));
  for (const auto& group : workspace.groups)
    if (group.name == to.students) text += group.expression + "\n";
  if (const auto* agreement = agreement_of(workspace, to))
    text += fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", agreement->name, agreement->kind,
                        agreement->basis, joined(agreement->classes),
                        agreement->ends ? std::to_string(*agreement->ends) : "open",
                        agreement->has_counsel);
  for (const auto& source : workspace.sources) text += source.name + "=" + source.regime + "\n";
  return hash_of(text);
}

std::optional<int32_t> PolicyGovernor::changes_on(const Lane& lane) const {
  auto day = std::min(facts_.changes_on, lane.changes_on.value_or(Facts::never));
  return day == Facts::never ? std::nullopt : std::optional(day);
}

const Share& PolicyGovernor::share(std::size_t destination) {
  auto& lane = lanes_[destination];
  const auto& profile = profile_;
  auto& share = share_;
  share.outcome = Outcome::withheld;
  share.fields_withheld = 0;
  share.body.clear();
  share.changes_on = changes_on(lane);
  if (lane.group && !lane.group->includes(profile.rows, facts_)) {
    share.outcome = Outcome::out_of_scope;
    return share;
  }
  filter_.start(lane.terms, profile, facts_);
  auto values = writer_.write(share.body, profile.id, profile.rows, &filter_);
  share.fields_withheld = filter_.fields_withheld();
  share.outcome = values != 0 ? Outcome::shared : Outcome::withheld;
  if (values == 0) share.body.clear();
  return share;
}

std::vector<FieldRuling> PolicyGovernor::explain(std::size_t destination,
                                                 const ProfileView& profile) {
  auto& lane = lanes_[destination];
  read(profile);
  filter_.start(lane.terms, profile, facts_);
  bool is_for_it = !lane.group || lane.group->includes(profile.rows, facts_);
  std::map<uint32_t, FieldRuling> rulings;  // by the field's number: model order
  record::each_row(profile.rows, [&](const record::RowView& row) {
    filter_.begin_row(row);
    row.each([&](record::FieldView field) {
      auto made = in_words(lane, row, field);
      if (!is_for_it && made.is_asked_for)
        made = {row.entity(), field.field,
                true,         "deny",
                "",           "not among its students (" + lane.destination.students + ")"};
      // Rows may differ; what stays back in one of them is the news.
      auto& told =
          rulings.try_emplace(fields_.number(row.entity(), field.field), made).first->second;
      if (made.effect == "deny") told = std::move(made);
    });
  });
  std::vector<FieldRuling> all;
  for (auto& [number, ruling] : rulings) all.push_back(std::move(ruling));
  return all;
}

FieldRuling PolicyGovernor::in_words(const Lane& lane, const record::RowView& row,
                                     record::FieldView field) {
  auto number = fields_.number(row.entity(), field.field);
  FieldRuling told{row.entity(), field.field, lane.terms.asks_field[number] != 0, {}, {}, {}};
  if (!told.is_asked_for) {
    told.effect = "deny";
    told.says = "not in its list (homeroom.yaml, send)";
    return told;
  }
  auto ruling = filter_.ruling(row, field);
  told.effect = to_text(ruling.effect);
  if (ruling.rule) told.rule = ruling.rule->name;
  told.says = reason(lane, ruling);
  if (ruling.effect == Effect::redact) told.effect = ruling.rule->keep[number] ? "allow" : "redact";
  return told;
}

std::string PolicyGovernor::reason(const Lane& lane, const Ruling& ruling) const {
  using Because = Ruling::Because;
  if (ruling.id == classless) return "not about a person";
  const auto& word = class_words()[ruling.id];
  switch (ruling.because) {
    case Because::nothing_goes:
      return lane.terms.nothing_goes.empty() ? "opted out" : lane.terms.nothing_goes;
    case Because::not_listed:
      return "agreement " + lane.terms.agreement + " does not list " + word;
    case Because::no_consent:
      return "no live consent of scope " + lane.terms.consent_scope;
    case Because::weak_link:
      return word + " needs a source that is linked by strong evidence";
    case Because::restricted:
      return "a restriction stands on this contact";
    case Because::rule:
      break;
  }
  if (!ruling.rule)
    return "no rule lets " + word + " go to " + lane.destination.read_by + " for " +
           lane.destination.purpose;
  auto conditions = conditions_of(*ruling.rule);
  return conditions.empty() ? word : word + ", " + conditions;
}

Governor::Basis PolicyGovernor::basis(std::size_t destination) const {
  const auto& lane = lanes_[destination];
  std::vector<std::string> rules;
  ClassSet classes = 0;
  auto asked = classes_asked(lane.terms, fields_) & lane.terms.listed;
  for (ClassId id = 0; id < class_words().size(); ++id) {
    if (!(asked & only(id))) continue;
    for (const auto* rule : lane.terms.plan.allowing(id)) {
      classes |= only(id);
      if (std::ranges::find(rules, rule->name) == rules.end()) rules.push_back(rule->name);
    }
  }
  Basis basis;
  basis.recipient = lane.destination.held_by + ", " + lane.destination.read_by;
  basis.purpose = lane.destination.purpose;
  basis.agreement = lane.terms.agreement;
  basis.rules = joined(rules);
  basis.classes = joined(names_of(classes));
  basis.policy_version = policy_version_;
  return basis;
}

}  // namespace

std::unique_ptr<Governor> Governor::compile(const settings::Workspace& workspace,
                                            const record::Model& model, int32_t run_date,
                                            std::vector<record::Finding>& advice) {
  return std::make_unique<PolicyGovernor>(workspace, model, run_date, advice);
}

}  // namespace homeroom::govern

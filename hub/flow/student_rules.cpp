#include "hub/flow/student_rules.hpp"

namespace homeroom::flow {

namespace {

/// So many that what a judgement costs for itself is shared by many, and their rows still fit into
/// the cache.
constexpr std::size_t profiles_at_once = 512;

}  // namespace

StudentRules::StudentRules(const std::vector<validate::Pack>& packs, const record::Model& model,
                           Place place)
    : packs_(packs), writer_(model), place_(std::move(place)) {}

void StudentRules::take(const store::Person& person, std::string_view rows,
                        std::string_view before) {
  if (given_.empty())
    for (const auto& pack : packs_) given_.emplace_back(pack).origin("profiles", "profile", "");
  document_.clear();
  writer_.write(document_, person.id, rows, nullptr);
  for (auto& given : given_) given.read_profile(document_, 0);
  document_.clear();
  if (!before.empty()) writer_.write(document_, person.id, before, nullptr);
  for (std::size_t p = 0; p < given_.size(); ++p) {
    if (!packs_[p].reads_profiles_before()) continue;
    given_[p].expect_profiles_before();
    if (!before.empty()) given_[p].read_profile_before(document_);
  }
  waiting_.emplace_back(person.number, person.id);
  if (waiting_.size() == profiles_at_once) finish();
}

void StudentRules::finish() {
  for (std::size_t p = 0; p < given_.size(); ++p) {
    auto verdict = validate::judge(packs_[p], given_[p], nullptr, validate::Reach::students);
    for (const auto& found : verdict.found) {
      const auto& rule = verdict.rules[found.rule];
      record::Finding said;
      said.severity = rule.severity;
      said.rule = rule.id;
      said.stream = "profiles";
      said.entity = rule.entity;
      said.field = rule.field;
      said.says = rule.says;
      if (found.rank < waiting_.size() && findings_.is_first(said)) {
        said.student = waiting_[found.rank].second;
        place_(said, waiting_[found.rank].first, found.at.line - 1);
      }
      findings_.take(std::move(said));
    }
  }
  given_.clear();
  waiting_.clear();
}

}  // namespace homeroom::flow

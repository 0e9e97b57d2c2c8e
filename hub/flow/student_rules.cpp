#include "hub/flow/student_rules.hpp"

namespace homeroom::flow {

namespace {

/// So many that what a judgement costs for itself is shared by many, and their rows still fit into
/// the cache.
constexpr uint32_t profiles_at_once = 512;

}  // namespace

StudentRules::StudentRules(const std::vector<validate::Pack>& packs, const record::Model& model)
    : packs_(packs), writer_(model) {}

void StudentRules::take(std::string_view id, std::string_view rows, std::string_view before) {
  if (given_.empty())
    for (const auto& pack : packs_) given_.emplace_back(pack).origin("profiles", "profile", "");
  document_.clear();
  writer_.write(document_, id, rows, nullptr);
  for (auto& given : given_) given.read_profile(document_, 0, 0);
  document_.clear();
  if (!before.empty()) writer_.write(document_, id, before, nullptr);
  for (std::size_t p = 0; p < given_.size(); ++p) {
    if (!packs_[p].reads_profiles_before()) continue;
    given_[p].expect_profiles_before();
    if (!before.empty()) given_[p].read_profile_before(document_);
  }
  if (++waiting_ == profiles_at_once) finish();
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
      findings_.take(std::move(said));
    }
  }
  given_.clear();
  waiting_ = 0;
}

}  // namespace homeroom::flow

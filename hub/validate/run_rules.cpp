#include "hub/validate/run_rules.hpp"

#include <algorithm>
#include <charconv>

#include "hub/record/json.hpp"

namespace homeroom::validate {

using record::Column;
using From = ScopeColumn::From;

RunRules::RunRules(const Pack::Plan& plan, const std::vector<uint32_t>& rules) : plan_(plan) {
  for (auto rule : rules) {
    auto& counted = counted_.emplace_back();
    counted.rule = rule;
    for (auto measure : plan.rules[rule].measures)
      counted.tallies.emplace_back(plan.measures[measure], 0);
    if (plan.rules[rule].per.empty()) add_group(counted, "");
  }
}

void RunRules::see(const GivenRows& given) {
  for (auto& counted : counted_)
    for (auto& tally : counted.tallies) tally.see(given);
}

void RunRules::leave() {
  for (auto& counted : counted_)
    for (auto& tally : counted.tallies) tally.leave();
}

uint32_t RunRules::add_group(Counted& counted, const std::string& name) {
  auto [found, is_new] =
      counted.groups.try_emplace(name, static_cast<uint32_t>(counted.groups.size()));
  if (is_new)
    for (auto& tally : counted.tallies) tally.grow(static_cast<uint32_t>(counted.groups.size()));
  return found->second;
}

uint32_t RunRules::group_of(Counted& counted, const Column& per, uint32_t row) {
  if (!per.values) return 0;
  if (!per.is_valid(row)) return none;
  return add_group(counted, std::string(per.text_at(row).view()));
}

void RunRules::look(Glance& glance, const GivenRows& given) {
  for (auto& counted : counted_) {
    const auto& rule = plan_.rules[counted.rule];
    for (std::size_t m = 0; m < counted.tallies.size(); ++m) {
      const auto& measure = plan_.measures[rule.measures[m]];
      auto& seen = glance.see(measure.entity, {});
      auto is_true = glance.holds(measure.where, seen, {});
      Column per;
      if (!rule.per.empty())
        per = given.field(measure.entity, *plan_.model.entities[measure.entity].find(rule.per));
      for (std::size_t i = 0; i < seen.part.rows.size(); ++i)
        if (auto group = group_of(counted, per, seen.part.rows[i]); group != none)
          counted.tallies[m].take(group, seen.part.rows[i], is_true[i]);
    }
  }
}

std::string RunRules::key(const Counted& counted, uint32_t measure,
                          const std::string& group) const {
  return plan_.rules[counted.rule].text.id + "/" + plan_.measures[measure].name + "/" + group;
}

/// A group of the earlier run of which nothing is left is the very thing to be told.
void RunRules::add_groups_of(const Before& before, Counted& counted) {
  for (auto measure : plan_.rules[counted.rule].measures) {
    auto start = key(counted, measure, "");
    for (auto at = before.measures.lower_bound(start);
         at != before.measures.end() && at->first.starts_with(start); ++at)
      add_group(counted, at->first.substr(start.size()));
  }
}

namespace {

Column before_column(record::Type type, const std::vector<std::string>& texts,
                     record::Arena& arena) {
  auto* valid = arena.many<uint8_t>(texts.size());
  auto* integers = arena.many<int64_t>(texts.size());
  auto* decimals = arena.many<record::Decimal>(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto text = texts[i];
    auto dot = text.find('.');
    auto scale = dot == std::string::npos ? 0 : static_cast<int32_t>(text.size() - dot - 1);
    if (dot != std::string::npos) text.erase(dot, 1);
    integers[i] = 0;
    auto end = std::from_chars(text.data(), text.data() + text.size(), integers[i]);
    valid[i] = !text.empty() && end.ec == std::errc();
    decimals[i] = {integers[i], scale};
  }
  bool is_integer = type == record::Type::integer;
  return {type, 1, is_integer ? static_cast<const void*>(integers) : decimals, valid, nullptr};
}

Column texts_of(const std::vector<std::string>& texts, record::Arena& arena) {
  auto* out = arena.many<record::Text>(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) out[i] = arena.keep(texts[i]);
  return {record::Type::text, 1, out, nullptr, nullptr};
}

}  // namespace

void RunRules::judge(Counted& counted, const Before* before, record::Arena& arena,
                     std::vector<Hit>& hits) {
  const auto& rule = plan_.rules[counted.rule];
  if (rule.needs_before && !before) return;
  if (before) add_groups_of(*before, counted);
  std::vector<std::string> groups(counted.groups.size());
  for (const auto& [name, index] : counted.groups) groups[index] = name;
  if (groups.empty()) return;
  const auto& scope = *rule.wrong->scope;
  std::vector<Column> columns(scope.size());
  for (auto index : rule.wrong->compiled.columns) {
    const auto& column = scope[index];
    if (column.from == From::group) columns[index] = texts_of(groups, arena);
    if (column.from == From::measure) {
      auto at = std::ranges::find(rule.measures, column.index) - rule.measures.begin();
      columns[index] = counted.tallies[static_cast<std::size_t>(at)].column(arena);
    }
    if (column.from == From::before && before) {
      std::vector<std::string> texts;
      for (const auto& group : groups) {
        auto found = before->measures.find(key(counted, column.index, group));
        texts.push_back(found == before->measures.end() ? "" : found->second);
      }
      columns[index] = before_column(column.type, texts, arena);
    }
  }
  auto rows = static_cast<uint32_t>(groups.size());
  rule.wrong->program->begin(columns, rows, arena);
  auto wrong = rule.wrong->program->run(rule.wrong->compiled.id);
  for (const auto& [name, row] : counted.groups)
    if (wrong.values && wrong.is_valid(row) && wrong.at<uint8_t>(row))
      hits.push_back({counted.rule, rule.per.empty() ? "" : rule.per + " " + name});
}

std::vector<RunRules::Hit> RunRules::judge(const Before* before, record::Arena& arena) {
  std::vector<Hit> hits;
  for (auto& counted : counted_) judge(counted, before, arena, hits);
  return hits;
}

std::map<std::string, std::string> RunRules::measures(record::Arena& arena) const {
  std::map<std::string, std::string> out;
  for (const auto& counted : counted_) {
    const auto& measures = plan_.rules[counted.rule].measures;
    for (std::size_t m = 0; m < measures.size(); ++m) {
      auto type = plan_.measures[measures[m]].type;
      if (type != record::Type::integer && type != record::Type::decimal) continue;
      auto column = counted.tallies[m].column(arena);
      for (const auto& [group, index] : counted.groups) {
        std::string text;
        if (column.is_valid(index)) record::append_json_value(text, column, index);
        if (!text.empty()) out[key(counted, measures[m], group)] = text;
      }
    }
  }
  return out;
}

}  // namespace homeroom::validate

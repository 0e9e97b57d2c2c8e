#include "hub/map/probe.hpp"

namespace homeroom::map {

bool has_row(const express::CodeTable& table, const std::string& code) {
  return table.codes.contains(code) || table.dated.contains(code);
}

Probe::Probe(const Plan& plan, const std::vector<NamedColumn>& columns,
             const Expression& expression, std::string what)
    : plan_(plan), place_(expression.place), what_(std::move(what)) {
  auto parts = parts_of(expression.text);
  if (parts.cases.empty() && parts.codes.empty()) return;
  program_ = new_program(plan, columns);
  auto compiled = [&](const std::string& text) {
    express::Problem unsaid;  // a part that names a lambda's own word is no expression by itself
    auto made = program_->compile(text, unsaid);
    unseen_ += !made;
    return made;
  };
  for (auto& each : parts.cases) {
    Seen seen;
    seen.first_use = uses_.size();
    for (const auto& branch : each.branches) {
      seen.conditions.push_back(compiled(branch.condition));
      uses_.push_back(
          {ConditionUse::Kind::branch, place_at(branch.at), what_, "when " + branch.condition});
    }
    if (each.otherwise.end > 0)
      uses_.push_back(
          {ConditionUse::Kind::otherwise, place_at(each.otherwise.begin), what_, "else"});
    seen.parts = std::move(each);
    cases_.push_back(std::move(seen));
  }
  for (auto& call : parts.codes)
    if (auto value = compiled(call.value); value && value->type == express::Type::text)
      looks_.push_back({std::move(call), *value});
}

settings::Place Probe::place_at(uint32_t at) const {
  auto place = place_;
  place.column += at;
  return place;
}

void Probe::count(const std::vector<record::Column>& columns, uint32_t rows, record::Arena& arena,
                  CodeCountsByList& codes) {
  if (!program_ || rows == 0) return;
  program_->begin(columns, rows, arena);
  for (auto& seen : cases_) count_case(seen, rows);
  for (const auto& look : looks_) count_codes(look, rows, codes);
}

/// The rows that come to a place of the text: those that took the branches around it.
Probe::Mask Probe::around(uint32_t at, uint32_t rows) const {
  Mask mask(rows, 1);
  for (const auto& outer : cases_) {
    if (outer.parts.at >= at || outer.taken.empty()) continue;
    auto narrow = [&](const Mask& by) {
      for (uint32_t row = 0; row < rows; ++row) mask[row] &= by[row];
    };
    const auto& branches = outer.parts.branches;
    for (std::size_t b = 0; b < branches.size(); ++b)
      if (branches[b].then.holds(at)) narrow(outer.taken[b]);
    if (outer.parts.otherwise.holds(at)) narrow(outer.taken.back());
  }
  return mask;
}

void Probe::count_case(Seen& seen, uint32_t rows) {
  auto open = around(seen.parts.at, rows);
  seen.taken.clear();
  for (std::size_t b = 0; b < seen.conditions.size(); ++b) {
    Mask taken(rows, 0);
    auto& use = uses_[seen.first_use + b];
    if (seen.conditions[b]) {
      auto test = program_->run(seen.conditions[b]->id);
      for (uint32_t row = 0; row < rows; ++row) {
        if (!open[row]) continue;
        bool is_known = test.values && test.is_valid(row);
        taken[row] = is_known && test.at<uint8_t>(row);
        ++(taken[row] ? use.is_true : is_known ? use.is_false : use.is_null);
        open[row] = !taken[row];
      }
    }
    seen.taken.push_back(std::move(taken));
  }
  if (seen.parts.otherwise.end > 0) {
    auto& use = uses_[seen.first_use + seen.conditions.size()];
    for (auto is_open : open) ++(is_open ? use.is_true : use.is_false);
  }
  seen.taken.push_back(std::move(open));
}

void Probe::count_codes(const Look& look, uint32_t rows, CodeCountsByList& codes) {
  auto list = plan_.codes.find(look.call.list);
  if (list == plan_.codes.end()) return;
  auto& counts = codes[look.call.list];
  auto mask = around(look.call.at, rows);
  auto value = program_->run(look.value.id);
  if (!value.values) return;
  for (uint32_t row = 0; row < rows; ++row) {
    if (!mask[row] || !value.is_valid(row)) continue;
    auto text = value.text_at(row).view();
    counts.look.take(text);
    std::string code(text);
    if (has_row(list->second, code)) {
      ++counts.rows[code];
    } else if (counts.unmapped++ == 0) {
      counts.unmapped_at = place_at(look.call.at);
    }
  }
}

}  // namespace homeroom::map

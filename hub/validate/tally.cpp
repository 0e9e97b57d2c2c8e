#include "hub/validate/tally.hpp"

#include <algorithm>

#include "hub/record/json.hpp"
#include "hub/validate/text_set.hpp"

namespace homeroom::validate {

namespace {

using Kind = Measure::Kind;
constexpr int32_t sum_scale = 9;

template <class T, class Make>
record::Column filled(record::Type type, std::size_t groups, record::Arena& arena, Make make) {
  auto* values = arena.many<T>(groups);
  auto* valid = arena.many<uint8_t>(groups);
  for (std::size_t g = 0; g < groups; ++g) {
    values[g] = T{};
    valid[g] = make(g, values[g]);
  }
  record::Column column;
  column.type = type;
  column.values = values;
  column.valid = valid;
  return column;
}

}  // namespace

Tally::Held::Held(const Measure& measure) : value(measure.type), by(measure.type) {}

void Tally::see(const GivenRows& given) {
  given_ = &given;
  if (measure_.field) value_ = given.field(measure_.entity, *measure_.field);
  if (measure_.by) by_ = given.field(measure_.entity, *measure_.by);
}

/// Of two parts the row that would have been chosen of both: the earlier one, but for `last` of
/// equal orders.
bool Tally::is_before_held(uint32_t group) const {
  if (!held_ || group >= held_->at.size() || held_->at[group].first == UINT64_MAX - 1) return true;
  auto row = best_[group];
  bool is_by = measure_.by.has_value();
  auto way = is_by ? compare(by_, row, held_->by.column(), group)
                   : compare(value_, row, held_->value.column(), group);
  if (way != 0) return is_late() ? way > 0 : way < 0;
  const auto& rows = given_->entities[measure_.entity];
  std::pair at(given_->rank(rows.students[row]), rows.number(row));
  return is_late() && is_by ? at > held_->at[group] : at < held_->at[group];
}

void Tally::leave() {
  if (std::ranges::all_of(best_, [](uint32_t row) { return row == none; })) return;
  auto made = std::make_unique<Held>(measure_);
  made->value = KeptColumn(value_.type);
  made->by = KeptColumn(by_.type);
  for (uint32_t group = 0; group < best_.size(); ++group) {
    bool was_held = held_ && group < held_->at.size();
    if (best_[group] != none && is_before_held(group)) {
      const auto& rows = given_->entities[measure_.entity];
      made->value.add(value_, best_[group], made->arena);
      made->by.add(by_, best_[group], made->arena);
      made->at.emplace_back(given_->rank(rows.students[best_[group]]), rows.number(best_[group]));
    } else if (was_held) {
      made->value.add(held_->value.column(), group, made->arena);
      made->by.add(held_->by.column(), group, made->arena);
      made->at.push_back(held_->at[group]);
    } else {
      made->value.add_null();
      made->by.add_null();
      made->at.emplace_back(UINT64_MAX - 1, 0);
    }
  }
  best_.assign(best_.size(), none);
  held_ = std::move(made);
}

void Tally::grow(uint32_t groups) {
  counts_.resize(groups, 0);
  others_.resize(groups, 0);
  best_.resize(groups, none);
  sums_.resize(groups, 0);
}

void Tally::take(uint32_t group, uint32_t row, bool is_true) {
  if (!is_true) {
    ++others_[group];
    return;
  }
  if (!measure_.field)
    ++counts_[group];
  else if (value_.is_valid(row))
    take_value(group, row);
}

void Tally::take_value(uint32_t group, uint32_t row) {
  switch (measure_.kind) {
    case Kind::distinct: {
      std::string text;
      record::append_json_value(text, value_, row);
      auto hash = hash_of(record::text(text)) * 0x9e3779b97f4a7c15ull + group;
      counts_[group] += seen_.insert(hash).second;
      return;
    }
    case Kind::sum: {
      ++counts_[group];
      if (measure_.type == record::Type::integer) {
        sums_[group] += value_.at<int64_t>(row);
        return;
      }
      auto value = value_.at<record::Decimal>(row);
      for (; value.scale < sum_scale; ++value.scale) value.units *= 10;
      for (; value.scale > sum_scale; --value.scale) value.units /= 10;
      sums_[group] += value.units;
      return;
    }
    default:
      break;
  }
  auto& best = best_[group];
  if (best == none) {
    best = row;
    return;
  }
  bool is_by = measure_.by.has_value();
  auto way = is_by ? compare(by_, row, best) : compare(value_, row, best);
  if (is_late() ? way > 0 || (way == 0 && is_by) : way < 0) best = row;
}

record::Column Tally::column(record::Arena& arena) const {
  auto groups = counts_.size();
  switch (measure_.kind) {
    case Kind::count:
    case Kind::distinct:
      return filled<int64_t>(record::Type::integer, groups, arena,
                             [&](std::size_t g, int64_t& out) {
                               out = counts_[g];
                               return true;
                             });
    case Kind::any:
      return filled<uint8_t>(record::Type::boolean, groups, arena,
                             [&](std::size_t g, uint8_t& out) {
                               out = counts_[g] > 0;
                               return true;
                             });
    case Kind::all:
      return filled<uint8_t>(record::Type::boolean, groups, arena,
                             [&](std::size_t g, uint8_t& out) {
                               out = others_[g] == 0;
                               return true;
                             });
    case Kind::sum:
      if (measure_.type == record::Type::integer)
        return filled<int64_t>(record::Type::integer, groups, arena,
                               [&](std::size_t g, int64_t& out) {
                                 out = static_cast<int64_t>(sums_[g]);
                                 return counts_[g] > 0;
                               });
      return filled<record::Decimal>(record::Type::decimal, groups, arena,
                                     [&](std::size_t g, record::Decimal& out) {
                                       out = {sums_[g], sum_scale};
                                       return counts_[g] > 0;
                                     });
    default:
      break;
  }
  if (!held_) return gather(value_, best_, arena);
  std::vector<uint32_t> rows(groups, none);
  for (uint32_t group = 0; group < held_->at.size(); ++group) rows[group] = group;
  return gather(held_->value.column(), rows, arena);
}

}  // namespace homeroom::validate

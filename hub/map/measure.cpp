#include "hub/map/measure.hpp"

#include <algorithm>

#include "hub/map/relation.hpp"
#include "hub/map/values.hpp"

namespace homeroom::map {

namespace {

using record::Column;
using record::Decimal;
using record::Text;
using record::Type;

/// Calls `take` with group and row for every row that counts and says something.
template <class Take>
void each_value(const Measured& measured, const Groups& groups, Take take) {
  const auto* value = measured.value ? &*measured.value : nullptr;
  const auto* test = measured.test ? &*measured.test : nullptr;
  for (uint32_t row = 0; row < groups.rows; ++row) {
    if (test && (is_null(*test, row) || !test->at<uint8_t>(row))) continue;
    if (!value || !is_null(*value, row)) take(groups.of[row], row);
  }
}

Column numbers(const int64_t* counts) {
  Column out;
  out.type = Type::integer;
  out.values = counts;
  return out;
}

Column count(const Measured& measured, const Groups& groups, record::Arena& arena) {
  auto* counts = arena.many<int64_t>(groups.count);
  std::fill_n(counts, groups.count, 0);
  each_value(measured, groups, [&](uint32_t group, uint32_t) { ++counts[group]; });
  return numbers(counts);
}

/// The rows that count and say something, of one group behind the other.
struct Sorted {
  std::vector<uint32_t> rows;
  std::vector<uint32_t> ends;  ///< by group
};

Sorted by_group(const Measured& measured, const Groups& groups) {
  Sorted out;
  out.ends.assign(groups.count + 1ull, 0);
  each_value(measured, groups, [&](uint32_t group, uint32_t) { ++out.ends[group + 1]; });
  for (uint32_t group = 0; group < groups.count; ++group) out.ends[group + 1] += out.ends[group];
  out.rows.resize(out.ends[groups.count]);
  each_value(measured, groups,
             [&](uint32_t group, uint32_t row) { out.rows[out.ends[group]++] = row; });
  out.ends.pop_back();  // each start has become its group's end
  return out;
}

template <class Take>
void each_group(Sorted& sorted, Take take) {
  auto first = sorted.rows.begin();
  for (uint32_t group = 0; group < sorted.ends.size(); ++group) {
    auto last = sorted.rows.begin() + sorted.ends[group];
    take(group, first, last);
    first = last;
  }
}

/// Each value of a group once.
Sorted distinct(const Measured& measured, const Groups& groups) {
  const auto& value = *measured.value;
  auto sorted = by_group(measured, groups);
  Sorted out;
  each_group(sorted, [&](uint32_t, auto first, auto last) {
    std::sort(first, last, [&](uint32_t a, uint32_t b) { return order_of(value, a, b) < 0; });
    last = std::unique(first, last,
                       [&](uint32_t a, uint32_t b) { return order_of(value, a, b) == 0; });
    out.rows.insert(out.rows.end(), first, last);
    out.ends.push_back(static_cast<uint32_t>(out.rows.size()));
  });
  return out;
}

Column count_distinct(const Measured& measured, const Groups& groups, record::Arena& arena) {
  auto* counts = arena.many<int64_t>(groups.count);
  auto values = distinct(measured, groups);
  each_group(values, [&](uint32_t group, auto first, auto last) { counts[group] = last - first; });
  return numbers(counts);
}

/// Whether row `a` comes before row `b`: by the orders, those without a value last either way. With
/// `is_last` the other way round, so that the last row comes first; equal rows keep their order.
class Before {
 public:
  Before(const Measure& measure, const Measured& measured, bool is_last)
      : measure_(measure), measured_(measured), is_last_(is_last) {}

  bool operator()(uint32_t a, uint32_t b) const {
    for (std::size_t i = 0; i < measured_.order.size(); ++i) {
      const auto& column = measured_.order[i];
      bool has_none = is_null(column, a);
      if (has_none != is_null(column, b)) return !has_none;
      if (has_none) continue;
      if (int order = order_of(column, a, b))
        return (order < 0) != (measure_.order[i].is_descending != is_last_);
    }
    return is_last_ ? a > b : a < b;
  }

 private:
  const Measure& measure_;
  const Measured& measured_;
  bool is_last_;
};

/// One row of each group, or none.
std::vector<uint32_t> picked(const Measure& measure, const Measured& measured,
                             const Groups& groups) {
  Before comes_before(measure, measured, measure.kind == Aggregate::last);
  std::vector<uint32_t> chosen(groups.count, none);
  each_value(measured, groups, [&](uint32_t group, uint32_t row) {
    if (chosen[group] == none || comes_before(row, chosen[group])) chosen[group] = row;
  });
  return chosen;
}

std::vector<uint32_t> extremes(const Measured& measured, bool is_most, const Groups& groups) {
  const auto& value = *measured.value;
  std::vector<uint32_t> chosen(groups.count, none);
  each_value(measured, groups, [&](uint32_t group, uint32_t row) {
    auto& best = chosen[group];
    if (best == none)
      best = row;
    else if (int order = order_of(value, row, best); is_most ? order > 0 : order < 0)
      best = row;
  });
  return chosen;
}

Column values_at(const std::vector<uint32_t>& rows, const Measured& measured,
                 record::Arena& arena) {
  return gather(*measured.value, rows.data(), static_cast<uint32_t>(rows.size()), arena);
}

Sorted listed(const Measure& measure, const Measured& measured, const Groups& groups) {
  const auto& value = *measured.value;
  auto sorted = by_group(measured, groups);
  Sorted out;
  each_group(sorted, [&](uint32_t, auto first, auto last) {
    if (measure.order.empty())
      std::stable_sort(first, last,
                       [&](uint32_t a, uint32_t b) { return order_of(value, a, b) < 0; });
    else
      std::sort(first, last, Before(measure, measured, false));
    if (measure.is_distinct)
      last = std::unique(first, last,
                         [&](uint32_t a, uint32_t b) { return order_of(value, a, b) == 0; });
    out.rows.insert(out.rows.end(), first, last);
    out.ends.push_back(static_cast<uint32_t>(out.rows.size()));
  });
  return out;
}

Column list(const Measure& measure, const Measured& measured, const Groups& groups,
            record::Arena& arena) {
  auto items = listed(measure, measured, groups);
  auto* texts = arena.many<Text>(items.rows.size());
  auto* valid = arena.many<uint8_t>(groups.count);
  for (std::size_t i = 0; i < items.rows.size(); ++i)
    texts[i] = measured.value->text_at(items.rows[i]);
  each_group(items, [&](uint32_t group, auto first, auto last) { valid[group] = first != last; });
  Column out;
  out.type = Type::list;
  out.values = texts;
  out.ends = std::ranges::copy(items.ends, arena.many<uint32_t>(groups.count)).out - groups.count;
  out.valid = valid;
  return out;
}

/// Folds the values of each group; `fold` says whether the result has room.
template <class T, class Fold>
Column fold(const Measured& measured, const Groups& groups, record::Arena& arena,
            std::vector<uint8_t>& is_too_large, Fold fold_in) {
  const auto& value = *measured.value;
  Column out;
  out.type = value.type;
  auto* folded = arena.many<T>(groups.count);
  auto* valid = arena.many<uint8_t>(groups.count);
  std::fill_n(valid, groups.count, 0);
  std::fill_n(folded, groups.count, T{});
  each_value(measured, groups, [&](uint32_t group, uint32_t row) {
    if (!valid[group])
      folded[group] = value.at<T>(row);
    else if (!fold_in(folded[group], value.at<T>(row)))
      is_too_large[group] = 1;
    valid[group] = 1;
  });
  for (uint32_t group = 0; group < groups.count; ++group)
    valid[group] = valid[group] && !is_too_large[group];
  out.values = folded;
  out.valid = valid;
  return out;
}

Column sum(const Measured& measured, const Groups& groups, record::Arena& arena,
           std::vector<uint8_t>& is_too_large) {
  auto type = measured.value->type;
  if (type == Type::integer)
    return fold<int64_t>(measured, groups, arena, is_too_large, [](int64_t& sum, int64_t next) {
      return !__builtin_add_overflow(sum, next, &sum);
    });
  if (type == Type::real)
    return fold<double>(measured, groups, arena, is_too_large, [](double& sum, double next) {
      sum += next;
      return true;
    });
  return fold<Decimal>(measured, groups, arena, is_too_large,
                       [](Decimal& sum, const Decimal& next) {
                         auto made = sum_of(sum, next);
                         if (made) sum = *made;
                         return made.has_value();
                       });
}

}  // namespace

Column take_measure(const Measure& measure, const Measured& measured, const Groups& groups,
                    record::Arena& arena, std::vector<uint8_t>& is_too_large) {
  if (measure.kind == Aggregate::count) return count(measured, groups, arena);
  const auto& value = *measured.value;
  if (!value.values && measure.kind != Aggregate::count_distinct && measure.kind != Aggregate::list)
    return value;
  switch (measure.kind) {
    case Aggregate::count_distinct:
      return count_distinct(measured, groups, arena);
    case Aggregate::list:
      return list(measure, measured, groups, arena);
    case Aggregate::first:
    case Aggregate::last:
      return values_at(picked(measure, measured, groups), measured, arena);
    case Aggregate::min:
    case Aggregate::max:
      return values_at(extremes(measured, measure.kind == Aggregate::max, groups), measured, arena);
    case Aggregate::sum:
      return sum(measured, groups, arena, is_too_large);
    default:
      break;
  }
  bool is_any = measure.kind == Aggregate::any;
  return fold<uint8_t>(measured, groups, arena, is_too_large, [&](uint8_t& all, uint8_t next) {
    all = is_any ? all | next : all & next;
    return true;
  });
}

std::vector<uint32_t> rows_that_matter(const Measure& measure, const Measured& measured,
                                       const Groups& groups) {
  if (!measured.value->values) return {};
  std::vector<uint32_t> rows;
  switch (measure.kind) {
    case Aggregate::count_distinct:
      return distinct(measured, groups).rows;
    case Aggregate::list:
      return listed(measure, measured, groups).rows;
    case Aggregate::first:
    case Aggregate::last:
      rows = picked(measure, measured, groups);
      break;
    default:
      rows = extremes(measured, measure.kind == Aggregate::max, groups);
  }
  std::erase(rows, none);
  return rows;
}

}  // namespace homeroom::map

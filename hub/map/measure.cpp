#include "hub/map/measure.hpp"

#include <algorithm>

#include "hub/map/relation.hpp"

namespace homeroom::map {

namespace {

using record::Column;
using record::Text;
using record::Type;

Column count(const Column* values, const uint32_t* group, uint32_t rows, uint32_t groups,
             record::Arena& arena) {
  Column out;
  out.type = Type::integer;
  auto* counts = arena.many<int64_t>(groups);
  std::fill_n(counts, groups, 0);
  for (uint32_t row = 0; row < rows; ++row)
    counts[group[row]] += !values || (values->is_valid(row) && values->at<uint8_t>(row));
  out.values = counts;
  return out;
}

Column list(const Column& values, const uint32_t* group, uint32_t rows, uint32_t groups,
            record::Arena& arena) {
  std::vector<std::vector<Text>> items(groups);
  for (uint32_t row = 0; row < rows; ++row)
    if (values.is_valid(row)) items[group[row]].push_back(values.text_at(row));
  Column out;
  out.type = Type::list;
  std::size_t total = 0;
  for (auto& of : items) {
    std::ranges::sort(of, {}, [](const Text& text) { return text.view(); });
    total += of.size();
  }
  auto* texts = arena.many<Text>(total);
  auto* ends = arena.many<uint32_t>(groups);
  uint32_t at = 0;
  for (uint32_t g = 0; g < groups; ++g) {
    for (const auto& text : items[g]) texts[at++] = text;
    ends[g] = at;
  }
  out.values = texts;
  out.ends = ends;
  return out;
}

/// Folds the valid values of each group; the first one starts it.
template <class T, class Fold>
Column fold(const Column& values, const uint32_t* group, uint32_t rows, uint32_t groups,
            record::Arena& arena, Fold fold_in) {
  Column out;
  out.type = values.type;
  auto* folded = arena.many<T>(groups);
  auto* valid = arena.many<uint8_t>(groups);
  std::fill_n(valid, groups, 0);
  for (uint32_t row = 0; row < rows; ++row) {
    if (!values.is_valid(row)) continue;
    auto g = group[row];
    folded[g] = valid[g] ? fold_in(folded[g], values.at<T>(row)) : values.at<T>(row);
    valid[g] = 1;
  }
  for (uint32_t g = 0; g < groups; ++g)
    if (!valid[g]) folded[g] = T{};
  out.values = folded;
  out.valid = valid;
  return out;
}

template <class T, class Less>
Column ordered(Aggregate kind, const Column& values, const uint32_t* group, uint32_t rows,
               uint32_t groups, record::Arena& arena, Less less) {
  switch (kind) {
    case Aggregate::min: return fold<T>(values, group, rows, groups, arena, [&](const T& a, const T& b) { return less(b, a) ? b : a; });
    case Aggregate::max: return fold<T>(values, group, rows, groups, arena, [&](const T& a, const T& b) { return less(a, b) ? b : a; });
    case Aggregate::last: return fold<T>(values, group, rows, groups, arena, [](const T&, const T& b) { return b; });
    default: return fold<T>(values, group, rows, groups, arena, [](const T& a, const T&) { return a; });
  }
}

}  // namespace

Column take_measure(Aggregate kind, const Column* values, const uint32_t* group, uint32_t rows,
                    uint32_t groups, record::Arena& arena) {
  if (kind == Aggregate::count) return count(values, group, rows, groups, arena);
  if (!values->values) return Column{};
  if (kind == Aggregate::list) return list(*values, group, rows, groups, arena);
  switch (values->type) {
    case Type::boolean: {
      bool is_any = kind == Aggregate::any;
      return fold<uint8_t>(*values, group, rows, groups, arena,
                           [&](uint8_t a, uint8_t b) -> uint8_t { return is_any ? a | b : a & b; });
    }
    case Type::integer:
      if (kind == Aggregate::sum)
        return fold<int64_t>(*values, group, rows, groups, arena, [](int64_t a, int64_t b) { return a + b; });
      return ordered<int64_t>(kind, *values, group, rows, groups, arena, std::less<>());
    case Type::date: return ordered<int32_t>(kind, *values, group, rows, groups, arena, std::less<>());
    case Type::text:
      return ordered<Text>(kind, *values, group, rows, groups, arena,
                           [](const Text& a, const Text& b) { return a.view() < b.view(); });
    default: return Column{};
  }
}

Column append(const Column& first, uint32_t first_rows, const Column& second, uint32_t second_rows,
              record::Arena& arena) {
  if (!first.values && !second.values) return first;
  const auto& shape = first.values ? first : second;
  std::vector<uint32_t> rows(first_rows + second_rows, none);
  // Each half is gathered to the full length with the other half null, then the valid one is taken.
  auto half = [&](const Column& column, uint32_t from, uint32_t count) {
    std::vector<uint32_t> pick(rows.size(), none);
    for (uint32_t i = 0; i < count; ++i) pick[from + i] = i;
    return gather(column, pick.data(), static_cast<uint32_t>(pick.size()), arena);
  };
  if (!second.values) return half(first, 0, first_rows);
  if (!first.values) return half(second, first_rows, second_rows);
  auto a = half(first, 0, first_rows);
  auto b = half(second, first_rows, second_rows);
  std::size_t width = shape.type == Type::boolean ? 1 : shape.type == Type::date ? 4
                      : shape.type == Type::integer || shape.type == Type::real || shape.type == Type::date_part ? 8
                      : shape.type == Type::decimal ? sizeof(record::Decimal) : 16;
  std::memcpy(const_cast<char*>(static_cast<const char*>(a.values)) + width * first_rows,
              static_cast<const char*>(b.values) + width * first_rows, width * second_rows);
  std::memcpy(const_cast<uint8_t*>(a.valid) + first_rows, b.valid + first_rows, second_rows);
  return a;
}

}  // namespace homeroom::map

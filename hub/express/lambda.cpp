#include "hub/express/lambda.hpp"

#include <algorithm>

#include "hub/express/evaluation.hpp"

namespace homeroom::express {

namespace {

/// Items of a row times the bytes of a text the body takes from the row: more than a cell's worth
/// of copies could be made of it.
constexpr uint64_t most_copied = most_cell;
constexpr const char* list_too_long = "list too long for what is made of each item";

/// Items of a row times those of the lists that the body takes from it, for each is copied.
constexpr uint64_t most_pairs = 4096;

uint32_t items_taken(const Call& call, uint32_t row) {
  uint32_t count = 0;
  for (const Column& taken : call.args.subspan(1))
    if (taken.type == Type::list && taken.is_valid(row))
      count += items(taken, row).to - items(taken, row).from;
  return count;
}

uint64_t bytes_taken(const Call& call, uint32_t row) {
  uint64_t bytes = 0;
  for (const Column& taken : call.args.subspan(1)) {
    bool is_text = taken.type == Type::text || taken.type == Type::json;
    if (!is_text || !taken.is_valid(row)) continue;
    uint32_t size = taken.text_at(row).size;
    bytes += size > Text::most_inline ? size : 0;
  }
  return bytes;
}

/// A list of the rows as one of the items.
Column spread_list(Call& call, const Column& column, const uint32_t* row_of, uint32_t count) {
  std::vector<Text> texts;
  auto* mask = call.arena.many<uint8_t>(count);
  auto* ends = call.arena.many<uint32_t>(count);
  for (uint32_t i = 0; i < count; ++i) {
    mask[i] = column.is_valid(row_of[i]);
    if (mask[i]) {
      Range range = items(column, row_of[i]);
      for (uint32_t at = range.from; at < range.to; ++at) texts.push_back(item(column, at));
    }
    ends[i] = static_cast<uint32_t>(texts.size());
  }
  Column out;
  out.type = Type::list;
  out.valid = mask;
  out.ends = ends;
  auto* values = call.arena.many<Text>(texts.size());
  std::copy(texts.begin(), texts.end(), values);
  out.values = values;
  return out;
}

/// A column of the rows as one of the items.
Column spread(Call& call, const Column& column, const uint32_t* row_of, uint32_t count) {
  if (column.type == Type::list) return spread_list(call, column, row_of, count);
  if (column.stride == 0 && !column.valid) return column;
  Column out;
  out.type = column.type;
  uint8_t* mask = column.valid ? call.arena.many<uint8_t>(count) : nullptr;
  for (uint32_t i = 0; mask && i < count; ++i) mask[i] = column.valid[row_of[i]];
  out.valid = mask;
  with_type(column.type, [&]<class T>() {
    T* values = call.arena.many<T>(count);
    for (uint32_t i = 0; i < count; ++i)
      values[i] = out.is_valid(i) ? column.at<T>(row_of[i]) : T{};
    out.values = values;
  });
  return out;
}

}  // namespace

Applied apply_body(Call& call) {
  const auto& body = call.prepared<Body>();
  const Column& list = call.args[0];
  Applied out;
  auto* valid = call.mask();
  auto* first = call.arena.many<uint32_t>(call.rows.all);
  auto* end = call.arena.many<uint32_t>(call.rows.all);
  uint32_t count = 0;
  each(call.rows, [&](uint32_t row) {
    valid[row] = list.is_valid(row);
    Range range = valid[row] ? items(list, row) : Range{0, 0};
    uint64_t size = range.to - range.from;
    if (size * bytes_taken(call, row) > most_copied || size * items_taken(call, row) > most_pairs) {
      valid[row] = 0;
      range = {0, 0};
      call.faults.push_back({row, list_too_long});
    }
    first[row] = count;
    end[row] = count += range.to - range.from;
  });
  auto* texts = call.arena.many<Text>(count);
  auto* row_of = call.arena.many<uint32_t>(count);
  each(call.rows, [&](uint32_t row) {
    if (first[row] == end[row]) return;
    std::copy_n(&item(list, items(list, row).from), end[row] - first[row], texts + first[row]);
    std::fill(row_of + first[row], row_of + end[row], row);
  });

  std::vector<Column> columns(1);
  columns[0].values = texts;
  for (const Column& taken : call.args.subspan(1))
    columns.push_back(spread(call, taken, row_of, count));
  Evaluation evaluation(body.graph);
  std::vector<RowFault> faults;
  evaluation.begin(columns, count, call.arena);
  out.given = evaluation.run(body.root, evaluation.all_rows(), faults);
  for (const auto& fault : faults) {
    valid[row_of[fault.row]] = 0;
    call.faults.push_back({row_of[fault.row], fault.says});
  }
  out.items = texts;
  out.first = first;
  out.end = end;
  out.valid = valid;
  return out;
}

}  // namespace homeroom::express

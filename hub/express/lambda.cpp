#include "hub/express/lambda.hpp"

#include <algorithm>

#include "hub/express/evaluation.hpp"

namespace homeroom::express {

namespace {

/// Items of a row times the bytes of a text the body takes from the row: more than a cell's worth
/// of copies could be made of it.
constexpr uint64_t most_copied = most_cell;
constexpr const char* list_too_long = "list too long for what is made of each item";

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

/// A column of the rows as one of the items.
Column spread(Call& call, const Column& column, const uint32_t* row_of, uint32_t count) {
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
    if (valid[row] && (range.to - range.from) * bytes_taken(call, row) > most_copied) {
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

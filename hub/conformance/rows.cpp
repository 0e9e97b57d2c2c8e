#include "hub/conformance/rows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "hub/conformance/bench.hpp"

namespace homeroom::conformance {

namespace {

constexpr size_t most_rows = 20'000;

std::string text_of(const record::Column& column, uint32_t row) {
  switch (column.type) {
    case record::Type::integer:
      return std::to_string(column.at<int64_t>(row));
    case record::Type::real:
      return fmt::format("{}", column.at<double>(row));
    case record::Type::boolean:
      return column.at<uint8_t>(row) ? "true" : "false";
    case record::Type::date:
      return fmt::format("day {}", column.at<int32_t>(row));
    case record::Type::timestamp:
      return fmt::format("{} {}", column.at<record::Timestamp>(row).utc_us,
                         column.at<record::Timestamp>(row).offset_minutes);
    default:
      return std::string(column.text_at(row).view());
  }
}

Row row_of(const record::Batch& batch, uint32_t row) {
  Row made;
  for (const auto& column : batch.columns)
    made.push_back(column.is_valid(row) ? Cell(text_of(column, row)) : std::nullopt);
  return made;
}

}  // namespace

plugin::ReadRequest request_for(const plugin::StreamInfo& stream) {
  plugin::ReadRequest request;
  request.stream = stream.name;
  request.mode = stream.mode.value_or(plugin::Mode::full);
  for (const auto& column : stream.columns) request.columns.push_back(column.name);
  return request;
}

void add_batch(const record::Batch& batch, const std::string& place, Taken& to) {
  std::vector<record::Type> types;
  for (const auto& column : batch.columns) types.push_back(column.type);
  if (!to.batches.empty())
    expect(to.columns == batch.names && to.types == types,
           "a later batch has other columns or types than the first");
  to.columns = batch.names;
  to.types = types;
  to.batches.emplace_back(batch.first_record, batch.rows);
  bool says_places = batch.lines || batch.offsets;
  for (uint32_t row = 0; row < batch.rows; ++row) {
    if (says_places) to.places.push_back(batch.place(row));
    to.rows.push_back(row_of(batch, row));
    to.is_gone.push_back(!batch.is_gone.empty() && batch.is_gone[row]);
    to.files.push_back(place);
  }
  expect(to.rows.size() <= most_rows,
         fmt::format("more than {} rows: give the kit a smaller sample, or the stream has no end",
                     most_rows));
}

Taken take_all(plugin::BatchReader& reader) {
  Taken taken;
  while (auto arrival = reader.next()) {
    add_batch(arrival->rows, arrival->place, taken);
    if (!arrival->cursor.empty()) taken.cursors.emplace_back(taken.rows.size(), arrival->cursor);
  }
  taken.asides = reader.take_asides();
  taken.end = reader.end();
  return taken;
}

Taken take_all(plugin::Instance& instance, const plugin::ReadRequest& what) {
  auto reader = instance.read(what);
  return take_all(*reader);
}

std::string difference(const Taken& one, const Taken& other) {
  if (one.rows.size() != other.rows.size())
    return fmt::format("{} rows, then {}", one.rows.size(), other.rows.size());
  if (one.rows.empty()) return {};
  if (one.columns != other.columns) return "other columns";
  for (size_t row = 0; row < one.rows.size(); ++row) {
    auto [left, right] = std::ranges::mismatch(one.rows[row], other.rows[row]);
    if (left != one.rows[row].end())
      return fmt::format("row {}, column '{}' differs", row + 1,
                         one.columns[static_cast<size_t>(left - one.rows[row].begin())]);
    if (one.is_gone[row] != other.is_gone[row]) return fmt::format("row {}: _op differs", row + 1);
  }
  return {};
}

}  // namespace homeroom::conformance

// The part of AsideLists that writes records as their source has them.
#include <algorithm>
#include <array>
#include <map>

#include "hub/flow/aside_lists.hpp"
#include "hub/flow/layout.hpp"
#include "hub/flow/quarantine.hpp"
#include "hub/record/spreadsheet.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

using store::QuarantineRow;

constexpr std::array own_columns{"reason", "file", "line", "unread"};

/// What stands before the names of the columns that are not the source's: no column of the source
/// may have the same name.
std::string mark_for(const std::vector<std::string>& columns) {
  std::string mark = "_";
  auto clashes = [&](const char* own) {
    return std::ranges::find(columns, mark + own) != columns.end();
  };
  while (std::ranges::any_of(own_columns, clashes)) mark += '_';
  return mark;
}

std::string own_head(const std::string& mark) {
  std::string head;
  for (const auto* own : own_columns) head += (head.empty() ? "" : ",") + mark + own;
  return head;
}

/// Those that are kept of the stream now, and those that a record was set aside with.
std::vector<std::string> columns_of(const std::vector<const QuarantineRow*>& rows,
                                    const std::vector<Layout>& layouts) {
  std::vector<std::string> columns;
  auto layout = std::ranges::find(layouts, rows.front()->what.stream, &Layout::stream);
  if (layout != layouts.end()) columns = layout->columns;
  for (const auto* row : rows)
    for (const auto& column : row->what.columns)
      if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
  return columns;
}

std::string line_of(const QuarantineRow& row, const std::vector<std::string>& columns) {
  std::map<std::string, std::string> cells;
  for (auto& [column, value] : cells_of(row.what)) cells[column] = std::move(value);
  std::string line;
  for (const auto& column : columns) line += record::csv_cell(cells[column]) + ',';
  const auto& what = row.what;
  for (const auto& own : {what.why, what.file, what.line ? std::to_string(what.line) : ""})
    line += record::csv_cell(own) + ',';
  return line + record::csv_cell(what.columns.empty() ? what.bytes : "") + '\n';
}

}  // namespace

std::vector<RejectFile> reject_files(store::Store& store, const std::vector<QuarantineRow>& rows) {
  std::map<std::pair<std::string, std::string>, std::vector<const QuarantineRow*>> by_stream;
  for (const auto& row : rows) by_stream[{row.source, row.what.stream}].push_back(&row);
  std::vector<RejectFile> files;
  for (const auto& [name, of_stream] : by_stream) {
    const auto& [source, stream] = name;
    auto columns =
        columns_of(of_stream, unpack_layouts(store.digest("layout:" + source).value_or("")));
    auto& file = files.emplace_back(RejectFile{source, stream, "", of_stream.size()});
    for (const auto& column : columns) file.text += record::csv_cell(column) + ',';
    file.text += own_head(mark_for(columns)) + '\n';
    for (const auto* row : of_stream) file.text += line_of(*row, columns);
  }
  return files;
}

bool begins_reject_file(std::string_view line) {
  auto last = line.substr(line.rfind(',') + 1);
  auto mark = last.substr(0, last.find_first_not_of('_'));
  return !mark.empty() && line.ends_with(own_head(std::string(mark)));
}

}  // namespace homeroom::flow

// Rows of cases and files: delimited text becomes the columns of a block.
#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/map/cases.hpp"

namespace homeroom::map {

std::vector<CsvRecord> csv_records(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<CsvRecord> records;
  CsvRecord now{{""}, 1};
  uint32_t line = 1;
  bool is_quoted = false;
  bool is_empty = true;
  auto end = [&] {
    if (!is_empty) records.push_back(std::move(now));
    now = {{""}, line + 1};
    is_empty = true;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (is_quoted) {
      if (letter == '"' && i + 1 < text.size() && text[i + 1] == '"') now.cells.back() += text[++i];
      else if (letter == '"') is_quoted = false;
      else now.cells.back() += letter;
      line += letter == '\n';
      continue;
    }
    if (letter == '\n') {
      end();
      ++line;
      continue;
    }
    if (letter == '\r' && (i + 1 == text.size() || text[i + 1] == '\n')) continue;
    is_empty = false;
    if (letter == '"' && now.cells.back().empty()) is_quoted = true;
    else if (letter == ',') now.cells.emplace_back();
    else now.cells.back() += letter;
  }
  if (is_quoted) throw Error(Next::fix_settings, "line " + std::to_string(now.line) + ": a quote is not closed");
  end();
  return records;
}

GivenRows::GivenRows(const Mapping& mapping, record::Arena& arena) : mapping_(mapping), arena_(arena) {
  for (const auto& reads : mapping.reads()) {
    auto& rows = streams_.emplace_back();
    rows.texts.resize(reads.columns.size());
    rows.valid.resize(reads.columns.size());
  }
}

std::vector<std::string> GivenRows::take_csv(const std::string& stream, std::string_view csv) {
  const auto& reads = mapping_.reads();
  auto found = std::ranges::find(reads, stream, &Reads::stream);
  if (found == reads.end()) throw Error(Next::fix_settings, "reads has no stream " + stream);
  auto index = static_cast<uint32_t>(found - reads.begin());
  auto records = csv_records(csv);
  std::vector<std::string> ignored;
  if (records.empty()) return ignored;
  const auto& head = records.front().cells;
  for (const auto& name : head)
    if (std::ranges::find(found->columns, name, &Reads::Column::name) == found->columns.end()) ignored.push_back(name);
  std::vector<std::pair<std::string, std::string>> values;
  for (std::size_t r = 1; r < records.size(); ++r) {
    if (records[r].cells.size() != head.size())
      throw Error(Next::fix_settings, stream + " line " + std::to_string(records[r].line) + ": " +
                                          std::to_string(records[r].cells.size()) + " cells, the head has " +
                                          std::to_string(head.size()));
    values.clear();
    for (std::size_t c = 0; c < head.size(); ++c) values.emplace_back(head[c], std::move(records[r].cells[c]));
    take(index, values, records[r].line);
  }
  return ignored;
}

void GivenRows::take(uint32_t stream, const std::vector<std::pair<std::string, std::string>>& values,
                     uint32_t line) {
  const auto& columns = mapping_.reads()[stream].columns;
  auto& rows = streams_[stream];
  for (std::size_t c = 0; c < columns.size(); ++c) {
    auto given = std::ranges::find(values, columns[c].name, &std::pair<std::string, std::string>::first);
    rows.texts[c].push_back(given == values.end() ? record::Text{} : arena_.keep(std::string_view(given->second)));
    rows.valid[c].push_back(given != values.end());
  }
  rows.lines.push_back(line);
}

Block GivenRows::block() {
  Block block;
  for (uint32_t s = 0; s < streams_.size(); ++s) {
    auto& rows = streams_[s];
    StreamRows made;
    made.rows = static_cast<uint32_t>(rows.lines.size());
    made.lines = rows.lines;
    for (std::size_t c = 0; c < rows.texts.size(); ++c) {
      auto* texts = arena_.many<record::Text>(made.rows);
      auto* valid = arena_.many<uint8_t>(made.rows);
      std::ranges::copy(rows.texts[c], texts);
      std::ranges::copy(rows.valid[c], valid);
      record::Column column;
      column.values = texts;
      column.valid = valid;
      made.columns.push_back(column);
    }
    mapping_.apply_nulls(s, made.columns, made.rows, arena_);
    block.streams.push_back(std::move(made));
  }
  return block;
}

}  // namespace homeroom::map

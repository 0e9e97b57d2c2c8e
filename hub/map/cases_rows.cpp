// Rows of cases and files: delimited text becomes the columns of a block.
#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/map/cases.hpp"

namespace homeroom::map {

void each_record(std::string_view text,
                 const std::function<void(const std::vector<std::string>&, uint32_t)>& take) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<std::string> cells(1);
  uint32_t line = 1;
  uint32_t begun = 1;
  bool is_quoted = false;
  bool is_empty = true;
  auto end = [&] {
    if (!is_empty) take(cells, begun);
    cells.resize(1);
    cells[0].clear();
    is_empty = true;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (is_quoted) {
      if (letter == '"' && i + 1 < text.size() && text[i + 1] == '"')
        cells.back() += text[++i];
      else if (letter == '"')
        is_quoted = false;
      else
        cells.back() += letter;
      line += letter == '\n';
    } else if (letter == '\n') {
      end();
      begun = ++line;
    } else if (letter != '\r' || (i + 1 < text.size() && text[i + 1] != '\n')) {
      is_empty = false;
      if (letter == '"' && cells.back().empty())
        is_quoted = true;
      else if (letter == ',')
        cells.emplace_back();
      else
        cells.back() += letter;
    }
  }
  if (is_quoted)
    throw Error(Next::fix_settings, "line " + std::to_string(begun) + ": a quote is not closed");
  end();
}

GivenRows::GivenRows(const Mapping& mapping, record::Arena& arena)
    : mapping_(mapping), arena_(arena) {
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
  std::vector<std::string> head;
  std::vector<std::size_t> cell_of;  // by column of reads; beyond the head where it is not given
  std::vector<const std::string*> values(found->columns.size());
  each_record(csv, [&](const std::vector<std::string>& cells, uint32_t line) {
    if (head.empty()) {
      head = cells;
      for (const auto& column : found->columns)
        cell_of.push_back(
            static_cast<std::size_t>(std::ranges::find(head, column.name) - head.begin()));
      return;
    }
    if (cells.size() != head.size())
      throw Error(Next::fix_settings, stream + " line " + std::to_string(line) + ": " +
                                          std::to_string(cells.size()) + " cells, the head has " +
                                          std::to_string(head.size()));
    for (std::size_t c = 0; c < values.size(); ++c)
      values[c] = cell_of[c] < cells.size() ? &cells[cell_of[c]] : nullptr;
    take(index, values, line);
  });
  std::erase_if(head, [&](const std::string& name) {
    return std::ranges::find(found->columns, name, &Reads::Column::name) != found->columns.end();
  });
  return head;
}

void GivenRows::take(uint32_t stream, const std::vector<const std::string*>& values,
                     uint32_t line) {
  auto& rows = streams_[stream];
  for (std::size_t c = 0; c < values.size(); ++c) {
    rows.texts[c].push_back(values[c] ? arena_.keep(std::string_view(*values[c])) : record::Text{});
    rows.valid[c].push_back(values[c] != nullptr);
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

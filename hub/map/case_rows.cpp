#include "hub/map/case_rows.hpp"

#include <algorithm>

namespace homeroom::map {

namespace {

struct Line {
  uint32_t number = 0;
  std::vector<std::string> cells;
};

std::vector<Line> lines_of(const std::string& csv) {
  std::vector<Line> lines;
  uint32_t number = 1;
  bool is_quoted = false;
  bool is_open = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    char letter = csv[i];
    if (!is_open) lines.push_back({number, {""}});
    is_open = true;
    auto& cells = lines.back().cells;
    if (letter == '\n') ++number;
    if (letter == '"') {
      if (is_quoted && i + 1 < csv.size() && csv[i + 1] == '"')
        cells.back() += csv[++i];
      else
        is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      cells.emplace_back();
    } else if (letter == '\n' && !is_quoted) {
      is_open = false;
    } else {
      cells.back() += letter;
    }
  }
  return lines;
}

}  // namespace

StreamRows case_rows(const settings::Node& csv, const Reads& reads, record::Arena& arena) {
  StreamRows out;
  out.columns.resize(reads.columns.size());
  auto lines = lines_of(csv.text());
  if (lines.empty()) return out;
  out.rows = static_cast<uint32_t>(lines.size() - 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    out.lines.push_back(lines[i].number);
    if (lines[i].cells.size() > lines[0].cells.size())
      csv.refuse("line " + std::to_string(lines[i].number) + " has more cells than the header");
  }
  for (std::size_t c = 0; c < lines[0].cells.size(); ++c) {
    auto named = std::ranges::find(reads.columns, lines[0].cells[c], &Reads::Column::name);
    if (named == reads.columns.end()) csv.refuse("reads has no column " + lines[0].cells[c]);
    auto* texts = arena.many<record::Text>(out.rows);
    for (uint32_t row = 0; row < out.rows; ++row) {
      const auto& cells = lines[row + 1].cells;
      texts[row] = c < cells.size() ? arena.keep(std::string_view(cells[c])) : record::Text{};
    }
    out.columns[static_cast<std::size_t>(named - reads.columns.begin())].values = texts;
  }
  return out;
}

}  // namespace homeroom::map

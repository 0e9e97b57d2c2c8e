// Code lists of a mapping: small ones stand in the file, large ones in codes/*.csv with an owner
// and the days from and to which a row holds.
#include <algorithm>
#include <sstream>

#include "homeroom/error.hpp"
#include "hub/map/plan.hpp"
#include "hub/record/cells.hpp"
#include "hub/record/date.hpp"

namespace homeroom::map {

namespace {

/// A row that holds from one day to another, and where it stands.
struct DatedRow {
  express::DatedCode code;
  uint32_t line = 0;
};

class CodeFile {
 public:
  /// `node` names the file.
  CodeFile(const settings::Node& node, const std::filesystem::path& path, express::CodeTable& table,
           CodePlaces::mapped_type& places)
      : node_(node), path_(path.string()), table_(table), places_(places) {}

  void read(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      ++line_;
      if (line.empty() || line == "\r" || line[0] == '#') continue;
      if (!record::read_cells(line, cells_)) refuse("a quote is not closed");
      if (columns_.empty())
        take_header();
      else
        take_row();
    }
    if (columns_.empty()) refuse("expected a first line with code,value");
    for (auto& [code, rows] : dated_) take_dated(code, rows);
  }

 private:
  [[noreturn]] void refuse(const std::string& says) const {
    throw Error(Next::fix_settings, settings::text_of(place()) + ": " + says + " (the codes of " +
                                        settings::text_of(node_.place()) + ")");
  }

  settings::Place place() const { return {path_, std::max(line_, 1u), 1}; }

  void take_header() {
    columns_ = cells_;
    if (columns_[0].starts_with("\xEF\xBB\xBF")) columns_[0].erase(0, 3);
    if (!has("code") || !has("value"))
      refuse(
          "expected a first line with code,value and, where rows hold for a time, "
          "valid_from,valid_to");
  }
  bool has(const char* column) const {
    return std::ranges::find(columns_, column) != columns_.end();
  }

  std::string cell(const char* column) const {
    auto at = static_cast<std::size_t>(std::ranges::find(columns_, column) - columns_.begin());
    return at < cells_.size() ? cells_[at] : "";
  }
  int32_t day(const char* column, int32_t if_empty) const {
    auto text = cell(column);
    if (text.empty()) return if_empty;
    auto read = record::parse_iso_date(text);
    if (!read) refuse(std::string(column) + " is not a date YYYY-MM-DD");
    return *read;
  }

  void take_row() {
    if (cells_.size() != columns_.size())
      refuse("expected " + std::to_string(columns_.size()) + " cells, found " +
             std::to_string(cells_.size()));
    express::DatedCode row{cell("value"), day("valid_from", INT32_MIN), day("valid_to", INT32_MAX)};
    if (row.from > row.to) refuse("valid_from is after valid_to");
    auto code = cell("code");
    places_.emplace(std::pair(code, row.value), place());
    if (row.from != INT32_MIN || row.to != INT32_MAX)
      dated_[code].push_back({row, line_});
    else if (!table_.codes.emplace(code, row.value).second)
      refuse("this code stands there twice");
  }

  /// The rows of one code: none may hold on a day of another.
  void take_dated(const std::string& code, std::vector<DatedRow>& rows) {
    std::ranges::stable_sort(rows, {}, [](const DatedRow& row) { return row.code.from; });
    line_ = rows[0].line;
    if (table_.codes.contains(code)) refuse("this code stands there without dates too");
    auto& taken = table_.dated[code];
    for (const auto& row : rows) {
      line_ = row.line;
      if (!taken.empty() && row.code.from <= taken.back().to)
        refuse("this code holds on days of another of its rows");
      taken.push_back(row.code);
    }
  }

  const settings::Node& node_;
  std::string path_;
  express::CodeTable& table_;
  CodePlaces::mapped_type& places_;
  std::vector<std::string> columns_;
  std::vector<std::string> cells_;
  std::map<std::string, std::vector<DatedRow>> dated_;
  uint32_t line_ = 0;
};

/// The rows in force on a day: when one begins or ends, what was mapped with it is mapped anew.
std::string in_force(const express::CodeTable& table, int32_t day) {
  std::string text;
  for (const auto& [code, rows] : table.dated)
    for (const auto& row : rows)
      if (row.from <= day && day <= row.to) text += code + '\n' + row.value + '\n';
  return text;
}

void take(const settings::Node& codes, const std::filesystem::path& from, const Shelf& shelf,
          Plan& plan) {
  for (const auto& [key, node] : codes.entries()) {
    if (plan.codes.contains(key.text())) key.refuse("there are codes " + key.text() + " already");
    express::CodeTable table;
    table.name = key.text();
    auto& places = plan.code_places[table.name];
    if (auto file = node.find("file"); file && node.entries().size() == 1) {
      auto path = shelf.find(from, file.text());
      auto text = file_text(path);
      CodeFile(file, path, table, places).read(text);
      plan.digest += text;
      auto run_date = plan.parameters.find("run_date");
      auto today = run_date == plan.parameters.end() ? std::nullopt
                                                     : record::parse_iso_date(run_date->second);
      if (today) plan.digest += in_force(table, *today);
    } else {
      for (const auto& [code, value] : node.entries()) {
        auto text = value.kind() == settings::Kind::nothing ? "" : value.text();
        table.codes.emplace(code.text(), text);
        places.emplace(std::pair(code.text(), text), code.place());
      }
    }
    plan.codes.emplace(key.text(), std::move(table));
  }
}

}  // namespace

void read_codes(const Unfolded& mapping, const Shelf& shelf, Plan& plan) {
  take(mapping.root.find("codes"), plan.file, shelf, plan);
  for (const auto& [codes, file] : mapping.codes) take(codes, file, shelf, plan);
}

}  // namespace homeroom::map

// new_plugin: reads attendance from a text file, one record a line.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "homeroom/sdk.hpp"

namespace {

using homeroom::Batch;
using homeroom::Error;
using homeroom::Next;

const std::vector<std::string> columns = {"student_number", "day", "status"};

[[maybe_unused]] std::vector<std::string> split(const std::string& line, char between) {
  std::vector<std::string> cells;
  size_t begin = 0;
  for (size_t end; (end = line.find(between, begin)) != std::string::npos; begin = end + 1)
    cells.push_back(line.substr(begin, end - begin));
  cells.push_back(line.substr(begin));
  return cells;
}

// FILL THIS PLACE: the cells of one line in the order of `columns`. A line that gives another
// number of cells, none in the first two or one over 1 MiB is no record and is set aside. Lines as
// in sample/input.txt need
//   return split(line, ';');
std::vector<std::string> cells_of([[maybe_unused]] const std::string& line) {
  throw Error(
      Next::fail,
      "cells_of in new_plugin.cpp is not written yet: say there how a line is cut into cells");
}

class LineReader : public homeroom::Reader {
 public:
  LineReader(const homeroom::Host& host, const std::string& path, const homeroom::Read& what)
      : host_(host),
        file_(path),
        place_(std::filesystem::path(path).filename()),
        max_rows_(what.max_rows),
        max_bytes_(what.max_bytes) {
    if (!file_) throw Error(Next::not_readable, "the file of setting path cannot be opened");
    for (auto& name : what.columns) want(name);
  }

  void next(Batch& batch) override {
    if (!batch.declared()) {
      for (size_t column : wanted_) batch.add_text(columns[column]);
      batch.add_integer("_line");
    }
    batch.place = place_;
    while (batch.rows() == 0 && file_) fill(batch);
    // As of a folder, which opens like a file.
    if (file_.bad()) throw Error(Next::retry, "the file of setting path cannot be read");
  }

  // Nothing in such a file says that it is whole, so there is no proof: see homeroom/stream.hpp.
  homeroom::End end() override {
    return {.complete = true,
            .proof = homeroom::Proof::none,
            .records = line_,
            .set_aside = asides_,
            .cursor = {}};
  }

 private:
  // The records of a batch are numbered without a gap, so it ends at a line that is none.
  void fill(Batch& batch) {
    host_.stop_if_asked();
    batch.first_record = line_ + 1;
    size_t bytes = 0;
    for (std::string line;
         batch.rows() < max_rows_ && bytes < max_bytes_ && std::getline(file_, line);) {
      ++line_;
      bytes += line.size();
      auto cells = cells_of(line);
      if (!is_record(cells)) return set_aside();
      add(batch, cells);
    }
  }

  // A name that ends in '?' may be missing.
  void want(std::string name) {
    bool may_be_missing = name.ends_with('?');
    if (may_be_missing) name.pop_back();
    auto column = std::find(columns.begin(), columns.end(), name);
    if (column != columns.end())
      wanted_.push_back(static_cast<size_t>(column - columns.begin()));
    else if (!may_be_missing)
      throw Error(Next::not_readable, "the file has no column " + name);
  }

  static bool is_too_long(const std::string& cell) { return cell.size() > HR_MAX_CELL; }

  static bool is_record(const std::vector<std::string>& cells) {
    return cells.size() == columns.size() && !cells[0].empty() && !cells[1].empty() &&
           std::none_of(cells.begin(), cells.end(), is_too_long);
  }

  void add(Batch& batch, const std::vector<std::string>& cells) {
    std::vector<std::string_view> row;
    for (size_t column : wanted_) row.push_back(cells[column]);
    batch.add(row, {static_cast<int64_t>(line_)});
  }

  void set_aside() {
    ++asides_;
    homeroom::Aside aside;
    aside.record = aside.line = line_;
    aside.place = place_;
    aside.why =
        "not the " + std::to_string(columns.size()) + " cells of a record";  // never a value
    host_.set_aside(aside);
  }

  homeroom::Host host_;
  std::ifstream file_;
  std::string place_;
  uint32_t max_rows_, max_bytes_;
  std::vector<size_t> wanted_;  // which of columns
  uint64_t line_ = 0, asides_ = 0;
};

class Plugin : public homeroom::Source {
 public:
  Plugin(const homeroom::Host& host, const homeroom::Settings& settings)
      : host_(host), path_(settings.text("path")) {}

  void discover(const std::function<void(const homeroom::Stream&)>& tell) override {
    if (!std::ifstream(path_))
      throw Error(Next::not_readable, "the file of setting path cannot be opened");
    homeroom::Stream stream;
    stream.name = "attendance";
    for (auto& name : columns) stream.columns.push_back({name});
    stream.key = "student_number,day";
    stream.subject = "student_number";
    stream.space = "sis.student_number";
    stream.mode = homeroom::Mode::full;
    tell(stream);
  }

  std::unique_ptr<homeroom::Reader> read(const homeroom::Read& what) override {
    if (what.stream != "attendance")
      throw Error(Next::not_readable, "there is no stream " + what.stream);
    return std::make_unique<LineReader>(host_, path_, what);
  }

 private:
  homeroom::Host host_;
  std::string path_;
};

}  // namespace

HOMEROOM_SOURCE(Plugin, "new_plugin", "0.1.0")

// Reads locker assignments from a text file: one line per locker, "number|building|student id".
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "homeroom/sdk.hpp"

namespace {

using homeroom::Batch;
using homeroom::Error;
using homeroom::Next;

const std::vector<std::string> columns = {"locker", "building", "student_id"};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  size_t begin = 0;
  for (size_t end; (end = line.find('|', begin)) != std::string::npos; begin = end + 1)
    fields.push_back(line.substr(begin, end - begin));
  fields.push_back(line.substr(begin));
  return fields;
}

class LockerReader : public homeroom::Reader {
 public:
  LockerReader(const homeroom::Host& host, const std::string& path, const homeroom::Read& what)
      : host_(host),
        file_(path),
        place_(std::filesystem::path(path).filename()),
        max_rows_(what.max_rows),
        max_bytes_(what.max_bytes) {
    if (!file_) throw Error(Next::not_readable, "the locker file cannot be opened");
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
    if (file_.bad()) throw Error(Next::retry, "the locker file cannot be read");
  }

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
      auto fields = split(line);
      if (!is_record(fields)) return set_aside();
      add(batch, fields);
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
      throw Error(Next::not_readable, "a locker has no column " + name);
  }

  static bool is_too_long(const std::string& field) { return field.size() > HR_MAX_CELL; }

  static bool is_record(const std::vector<std::string>& fields) {
    return fields.size() == columns.size() &&
           std::none_of(fields.begin(), fields.end(), is_too_long);
  }

  void add(Batch& batch, const std::vector<std::string>& fields) {
    std::vector<std::string_view> row;
    for (size_t column : wanted_) row.push_back(fields[column]);
    batch.add(row, {static_cast<int64_t>(line_)});
  }

  void set_aside() {
    ++asides_;
    homeroom::Aside aside;
    aside.record = aside.line = line_;
    aside.place = place_;
    aside.why = "not exactly 3 fields of at most 1 MiB";
    host_.set_aside(aside);
  }

  homeroom::Host host_;
  std::ifstream file_;
  std::string place_;
  uint32_t max_rows_, max_bytes_;
  std::vector<size_t> wanted_;  // which of columns
  uint64_t line_ = 0, asides_ = 0;
};

class Lockers : public homeroom::Source {
 public:
  Lockers(const homeroom::Host& host, const homeroom::Settings& settings)
      : host_(host), path_(settings.text("path")) {}

  void discover(const std::function<void(const homeroom::Stream&)>& tell) override {
    homeroom::Stream stream;
    stream.name = "lockers";
    for (auto& name : columns) stream.columns.push_back({name});
    stream.key = "locker";
    stream.subject = "student_id";
    stream.space = "sis.student";
    stream.mode = homeroom::Mode::full;
    tell(stream);
  }

  std::unique_ptr<homeroom::Reader> read(const homeroom::Read& what) override {
    if (what.stream != "lockers")
      throw Error(Next::not_readable, "there is no stream " + what.stream);
    return std::make_unique<LockerReader>(host_, path_, what);
  }

 private:
  homeroom::Host host_;
  std::string path_;
};

}  // namespace

HOMEROOM_SOURCE(Lockers, "lockers", "1.0.0")

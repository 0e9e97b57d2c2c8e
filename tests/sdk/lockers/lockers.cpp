// Reads locker assignments from a text file: one line per locker, "number|building|student id".
#include <algorithm>
#include <fstream>
#include <sstream>

#include "homeroom/sdk.hpp"

namespace {

using homeroom::Batch;
using homeroom::Error;
using homeroom::Next;

const std::vector<std::string> columns = {"locker", "building", "student_id"};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, '|');) fields.push_back(field);
  return fields;
}

class LockerReader : public homeroom::Reader {
 public:
  LockerReader(const homeroom::Host& host, const std::string& path, const homeroom::Read& what)
      : host_(host), file_(path), max_rows_(what.max_rows), max_bytes_(what.max_bytes) {
    if (!file_) throw Error(Next::not_readable, "the locker file cannot be opened");
    for (auto& name : what.columns) want(name);
  }

  void next(Batch& batch) override {
    host_.stop_if_asked();
    if (!batch.declared()) {
      for (size_t column : wanted_) batch.add_text(columns[column]);
      batch.add_integer("_line");
    }
    batch.first_record = line_ + 1;
    size_t bytes = 0;
    for (std::string line;
         batch.rows() < max_rows_ && bytes < max_bytes_ && std::getline(file_, line);) {
      ++line_;
      bytes += line.size();
      auto fields = split(line);
      if (fields.size() == columns.size()) {
        add(batch, fields);
        continue;
      }
      set_aside();
      break;  // the records of a batch are numbered without a gap
    }
    if (batch.rows() == 0 && file_) next(batch);
  }

  homeroom::End end() override {
    return {.complete = true,
            .proof = homeroom::Proof::none,
            .records = line_,
            .set_aside = asides_,
            .cursor = {}};
  }

 private:
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

  void add(Batch& batch, const std::vector<std::string>& fields) {
    std::vector<std::string_view> row;
    for (size_t column : wanted_) row.push_back(fields[column]);
    batch.add(row, {static_cast<int64_t>(line_)});
  }

  void set_aside() {
    ++asides_;
    homeroom::Aside aside;
    aside.record = aside.line = line_;
    aside.why = "not exactly 3 fields";
    host_.set_aside(aside);
  }

  homeroom::Host host_;
  std::ifstream file_;
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

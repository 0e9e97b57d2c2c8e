// Reads locker assignments from a text file: one line per locker, "number|building|student id".
#include <fstream>
#include <sstream>

#include "homeroom/sdk.hpp"

namespace {

using homeroom::Batch;
using homeroom::Error;
using homeroom::Next;

constexpr size_t rows_per_batch = 1000;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, '|');) fields.push_back(field);
  return fields;
}

class LockerReader : public homeroom::Reader {
 public:
  LockerReader(const homeroom::Host& host, const std::string& path, std::vector<std::string> wanted)
      : host_(host), file_(path), wanted_(std::move(wanted)) {
    if (!file_) throw Error(Next::not_readable, "the locker file cannot be opened");
    for (auto& name : wanted_) columns_.push_back(column_of(name));
  }

  void next(Batch& batch) override {
    host_.stop_if_asked();
    if (!batch.declared()) {
      for (auto& name : wanted_) batch.add_text(name);
      batch.add_integer("_line");
    }
    batch.first_record = line_ + 1;
    for (std::string line; batch.rows() < rows_per_batch && std::getline(file_, line);) {
      ++line_;
      auto fields = split(line);
      if (fields.size() == 3) {
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
  static size_t column_of(const std::string& name) {
    if (name == "locker") return 0;
    if (name == "building") return 1;
    if (name == "student_id") return 2;
    throw Error(Next::not_readable, "a locker has no column " + name);
  }

  void add(Batch& batch, const std::vector<std::string>& fields) {
    std::vector<std::string_view> row;
    for (size_t column : columns_) row.push_back(fields[column]);
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
  std::vector<std::string> wanted_;
  std::vector<size_t> columns_;
  uint64_t line_ = 0, asides_ = 0;
};

class Lockers : public homeroom::Source {
 public:
  Lockers(const homeroom::Host& host, const homeroom::Settings& settings)
      : host_(host), path_(settings.text("path")) {}

  void discover(const std::function<void(const homeroom::Stream&)>& tell) override {
    homeroom::Stream stream;
    stream.name = "lockers";
    stream.columns = {{"locker"}, {"building"}, {"student_id"}};
    stream.key = "locker";
    stream.subject = "student_id";
    stream.space = "sis.student";
    stream.mode = homeroom::Mode::full;
    tell(stream);
  }

  std::unique_ptr<homeroom::Reader> read(const homeroom::Read& what) override {
    return std::make_unique<LockerReader>(host_, path_, what.columns);
  }

 private:
  homeroom::Host host_;
  std::string path_;
};

}  // namespace

HOMEROOM_SOURCE(Lockers, "lockers", "1.0.0")

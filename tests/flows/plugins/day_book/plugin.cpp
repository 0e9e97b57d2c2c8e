// day_book: for tests of reading on where the last night ended. Lines `Referral,First,Last,Born`
// without a header, as a source that never tells twice what it told.
#include <fstream>
#include <sstream>

#include "homeroom/sdk.hpp"

namespace homeroom::day_book {
namespace {

constexpr const char* columns[] = {"Referral", "First", "Last", "Born", "Program"};

class Lines : public Reader {
 public:
  Lines(std::vector<std::string> lines, std::size_t from, std::vector<std::string> wanted)
      : lines_(std::move(lines)), from_(from), wanted_(std::move(wanted)) {}

  void next(Batch& batch) override {
    if (!batch.declared())
      for (auto& name : wanted_) {
        if (name.ends_with('?')) name.pop_back();
        batch.add_text(name);
      }
    batch.place = "book.csv";
    batch.first_record = from_ + 1;
    if (is_read_) return;
    is_read_ = true;
    for (std::size_t i = from_; i < lines_.size(); ++i) {
      std::vector<std::string> cells;
      std::istringstream in(lines_[i] + ",Food pantry");
      for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
      std::vector<std::string_view> row;
      for (const auto& name : wanted_)
        for (std::size_t c = 0; c < std::size(columns); ++c)
          if (name == columns[c]) row.push_back(cells.at(c));
      batch.add(row);
    }
  }
  End end() override {
    End end;
    end.complete = true;
    end.records = lines_.size() - from_;
    end.cursor = std::to_string(lines_.size());
    return end;
  }

 private:
  std::vector<std::string> lines_;
  std::size_t from_;
  std::vector<std::string> wanted_;
  bool is_read_ = false;
};

class Book : public Source {
 public:
  Book(const Host&, const Settings& settings) : file_(settings.text("folder") + "/book.csv") {}

  void discover(const std::function<void(const Stream&)>& tell) override {
    Stream stream;
    stream.name = "referrals";
    for (const char* name : columns) stream.columns.push_back({name});
    stream.key = stream.subject = "Referral";
    stream.space = "agency.referral";
    stream.gone = Gone::never;
    stream.mode = Mode::changes;
    tell(stream);
  }

  std::unique_ptr<Reader> read(const Read& what) override {
    std::ifstream in(file_);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    bool is_number = what.since.find_first_not_of("0123456789") == what.since.npos;
    std::size_t from = is_number ? std::stoul("0" + what.since) : lines.size() + 1;
    if (from > lines.size()) throw Error(Next::fix_settings, "the cursor is no place in book.csv");
    return std::make_unique<Lines>(std::move(lines), from, what.columns);
  }

 private:
  std::string file_;
};

}  // namespace
}  // namespace homeroom::day_book

HOMEROOM_SOURCE(homeroom::day_book::Book, "day_book", "0.1.0")

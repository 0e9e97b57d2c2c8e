// day_book: for tests of reading on where the last night ended. Lines `Referral,First,Last,Born`
// without a header, as a source that never tells twice what it told. Which referrals there still
// are stands in keys.csv, where it has one; a list that ends in "..." is not complete. Beside them
// it may keep programs, `Program,Title` in programs.csv and programs-keys.csv.
#include <fstream>
#include <sstream>

#include "homeroom/sdk.hpp"

namespace homeroom::day_book {
namespace {

using Columns = std::vector<std::string>;
const Columns of_referrals = {"Referral", "First", "Last", "Born", "Program"};
const Columns of_programs = {"Program", "Title"};

class Lines : public Reader {
 public:
  Lines(const Columns& columns, std::vector<std::string> lines, std::size_t from,
        std::vector<std::string> wanted)
      : columns_(columns), lines_(std::move(lines)), from_(from), wanted_(std::move(wanted)) {
    is_whole_ = lines_.empty() || lines_.back() != "...";
    if (!is_whole_) lines_.pop_back();
  }

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
        for (std::size_t c = 0; c < columns_.size(); ++c)
          if (name == columns_[c]) row.push_back(cells.at(c));
      batch.add(row);
    }
  }
  End end() override {
    End end;
    end.complete = is_whole_;
    end.proof = Proof::format;
    end.records = lines_.size() - from_;
    end.cursor = std::to_string(lines_.size());
    return end;
  }

 private:
  const Columns& columns_;
  std::vector<std::string> lines_;
  std::size_t from_;
  std::vector<std::string> wanted_;
  bool is_read_ = false, is_whole_ = true;
};

class Book : public Source {
 public:
  Book(const Host&, const Settings& settings) : folder_(settings.text("folder")) {}

  void discover(const std::function<void(const Stream&)>& tell) override {
    Stream stream;
    stream.name = "referrals";
    for (const auto& name : of_referrals) stream.columns.push_back({name});
    stream.key = stream.subject = "Referral";
    stream.space = "agency.referral";
    stream.gone = Gone::never;
    stream.mode = Mode::changes;
    tell(stream);
    if (!std::ifstream(folder_ + "/programs.csv")) return;
    Stream programs;
    programs.name = "programs";
    for (const auto& name : of_programs) programs.columns.push_back({name});
    programs.key = "Program";
    programs.role = Role::reference;
    programs.gone = Gone::never;
    programs.mode = Mode::changes;
    tell(programs);
  }

  std::unique_ptr<Reader> read(const Read& what) override {
    bool is_programs = what.stream == "programs";
    const auto& columns = is_programs ? of_programs : of_referrals;
    if (what.mode == Mode::keys) {
      std::string file = is_programs ? "programs-keys.csv" : "keys.csv";
      if (!std::ifstream(folder_ + '/' + file)) throw Error(Next::hide, "the book lists no keys");
      return std::make_unique<Lines>(columns, lines_of(file), 0, what.columns);
    }
    auto lines = lines_of(is_programs ? "programs.csv" : "book.csv");
    bool is_number = what.since.find_first_not_of("0123456789") == what.since.npos;
    std::size_t from = is_number ? std::stoul("0" + what.since) : lines.size() + 1;
    if (from > lines.size()) throw Error(Next::fix_settings, "the cursor is no place in book.csv");
    return std::make_unique<Lines>(columns, std::move(lines), from, what.columns);
  }

 private:
  std::vector<std::string> lines_of(const std::string& file) const {
    std::ifstream in(folder_ + '/' + file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  std::string folder_;
};

}  // namespace
}  // namespace homeroom::day_book

HOMEROOM_SOURCE(homeroom::day_book::Book, "day_book", "0.1.0")

#include "hub/flow/ndjson_rows.hpp"

#include <algorithm>
#include <cstring>

#include <simdjson.h>

#include "homeroom/csv_input.hpp"
#include "homeroom/error.hpp"
#include "hub/record/arena.hpp"

namespace homeroom::flow {

namespace {

constexpr std::size_t first_room = std::size_t{1} << 20;
constexpr std::size_t longest_line = 10'000'000;
constexpr std::size_t deepest = 128;

class NdjsonRows : public RowReader {
 public:
  NdjsonRows(const std::filesystem::path& file, const map::Reads& reads)
      : reads_(reads), place_(file.string()), input_(open_csv_file(place_, place_)) {
    buffer_.resize(first_room + simdjson::SIMDJSON_PADDING);
    if (parser_.allocate(first_room, deepest) != simdjson::SUCCESS) throw std::bad_alloc();
  }

  bool next(map::StreamRows& rows) override {
    arena_.reset();
    rows.columns.assign(reads_.columns.size(), {});
    rows.lines.clear();
    std::vector<record::Text*> texts;
    std::vector<uint8_t*> valid;
    for (auto& column : rows.columns) {
      texts.push_back(arena_.many<record::Text>(rows_in_batch));
      valid.push_back(arena_.many<uint8_t>(rows_in_batch));
      column.values = texts.back();
      column.valid = valid.back();
    }
    rows.rows = 0;
    std::string_view line;
    while (rows.rows < rows_in_batch && next_line(line)) {
      auto object = parsed(line);
      for (std::size_t c = 0; c < texts.size(); ++c)
        valid[c][rows.rows] = take(object, reads_.columns[c].name, texts[c][rows.rows]);
      refuse_doubles(object);
      rows.lines.push_back(line_);
      ++rows.rows;
    }
    return rows.rows > 0;
  }
  uint64_t set_aside() const override { return 0; }

 private:
  /// The next line that is not blank, `readable_behind` bytes and more behind it.
  bool next_line(std::string_view& line) {
    for (;;) {
      auto* from = buffer_.data() + at_;
      auto* end = static_cast<char*>(std::memchr(from, '\n', have_ - at_));
      if (!end && !is_over_) {
        fill();
        continue;
      }
      if (!end && at_ == have_) return false;
      line = {from, end ? static_cast<std::size_t>(end - from) : have_ - at_};
      at_ = end ? at_ + line.size() + 1 : have_;
      ++line_;
      if (line.find_first_not_of(" \t\r") != line.npos) return true;
    }
  }

  void fill() {
    std::memmove(buffer_.data(), buffer_.data() + at_, have_ - at_);
    have_ -= at_;
    at_ = 0;
    auto room = buffer_.size() - simdjson::SIMDJSON_PADDING;
    if (have_ == room) {
      if (room > longest_line) refuse(line_ + 1, "the line is longer than 10 MB");
      buffer_.resize(2 * room + simdjson::SIMDJSON_PADDING);
      room *= 2;
    }
    auto got = input_->read(buffer_.data() + have_, room - have_);
    have_ += got;
    is_over_ = got == 0;
  }

  simdjson::dom::object parsed(std::string_view line) {
    simdjson::dom::object object;
    auto error = parser_.parse(line.data(), line.size(), false).get(object);
    if (error == simdjson::DEPTH_ERROR)
      refuse(line_, "the object is nested deeper than " + std::to_string(deepest) + " levels");
    if (error) refuse(line_, "not a JSON object");
    return object;
  }

  /// A column that stands twice says two things.
  void refuse_doubles(const simdjson::dom::object& object) {
    seen_.assign(reads_.columns.size(), 0);
    for (auto member : object)
      for (std::size_t c = 0; c < seen_.size(); ++c)
        if (member.key == reads_.columns[c].name && seen_[c]++)
          refuse(line_, reads_.columns[c].name + " stands twice in the object");
  }

  /// The text a CSV file would have for the member; false for null.
  bool take(const simdjson::dom::object& object, const std::string& name, record::Text& out) {
    out = {};
    simdjson::dom::element value;
    if (object.at_key(name).get(value) || value.is_null()) return false;
    std::string_view text;
    if (value.get(text))
      out = arena_.keep(simdjson::minify(value));
    else
      out = arena_.keep(text);
    return true;
  }

  [[noreturn]] void refuse(uint32_t line, const std::string& why) const {
    throw Error(Next::not_readable, place_ + ":" + std::to_string(line) + ": " + why);
  }

  const map::Reads& reads_;
  std::string place_;
  std::unique_ptr<CsvInput> input_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, have_ = 0;
  bool is_over_ = false;
  uint32_t line_ = 0;
  std::vector<uint8_t> seen_;  ///< by column
  simdjson::dom::parser parser_;
  record::Arena arena_;
};

}  // namespace

std::unique_ptr<RowReader> ndjson_rows(const std::filesystem::path& file, const map::Reads& reads) {
  return std::make_unique<NdjsonRows>(file, reads);
}

}  // namespace homeroom::flow

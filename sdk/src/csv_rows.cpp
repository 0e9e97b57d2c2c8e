#include "csv_rows.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "homeroom/error.hpp"

namespace homeroom::csv {
namespace {

constexpr uint32_t longest_row = 10'000'000;
constexpr size_t most_columns = 4096;
constexpr uint32_t behind = 64;  // zero bytes behind the chunk, for steps of 64

uint64_t newlines(const char* from, const char* to) {
  return static_cast<uint64_t>(std::count(from, to, '\n'));
}

}  // namespace

Rows::Rows(std::unique_ptr<CsvInput> input, const CsvOptions& options)
    : input_(std::move(input)), options_(options), room_(std::max(options.chunk, 64u)) {
  buffer_.resize(room_ + behind + 1);
  load();
  empty_ = is_blank();
  if (!empty_) read_header();
}

// Nothing but line ends; a byte order mark may stand before them. More of them than one piece holds
// are read to the end: should another byte come, the first line is refused anyway.
bool Rows::is_blank() {
  std::string_view bytes(buffer_.data() + start_, have_ - start_);
  if (bytes.find_first_not_of("\r\n") != bytes.npos) return false;
  char piece[4096];
  while (!done_) {
    std::string_view more(piece, input_->read(piece, sizeof piece));
    if (more.find_first_not_of("\r\n") != more.npos) return false;
    done_ = more.empty();
  }
  return true;
}

bool Rows::advance() {
  if (empty_) return false;
  do {
    if (!std::exchange(fresh_, false)) {
      if (done_ && marks_.end == have_) return false;
      load();
      if (marks_.end == 0) return false;
    }
    uint32_t all = marks_.rows - (first_ > 0 ? 1 : 0);
    bool one_line_rows = marks_.newlines == marks_.rows;
    chunk_lines_ =
        (one_line_rows ? marks_.rows : newlines(buffer_.data(), buffer_.data() + marks_.end)) -
        header_lines_;
    chunk_records_ = rows_ = all;
    lines_.clear();
    numbers_.clear();
    if (!is_even()) pick_even_rows();
  } while (rows_ == 0);
  return true;
}

void Rows::fill() {
  while (have_ < room_) {
    size_t got = input_->read(buffer_.data() + have_, room_ - have_);
    if (got == 0) {
      done_ = true;
      break;
    }
    have_ += static_cast<uint32_t>(got);
  }
  if (done_ && have_ > start_ && buffer_[have_ - 1] != '\n') {
    buffer_[have_++] = '\n';
    newline_added_ = true;
  }
  std::memset(buffer_.data() + have_, 0, behind);
}

void Rows::load() {
  uint32_t used = marks_.end;
  std::memmove(buffer_.data(), buffer_.data() + used, have_ - used);
  have_ -= used;
  chunk_offset_ += used;
  chunk_line_ += chunk_lines_ + header_lines_;
  chunk_record_ += chunk_records_;
  chunk_lines_ = chunk_records_ = header_lines_ = 0;
  first_ = start_ = 0;
  for (;;) {
    fill();
    if (chunk_offset_ == 0) {
      std::string_view bytes(buffer_.data(), have_);
      if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
        refuse(1, "the file is UTF-16; save it as UTF-8");
      start_ = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    }
    mark(buffer_.data(), have_, options_.delimiter, options_.quote, marks_);
    if (marks_.rows > 0) break;
    if (done_) {
      if (have_ > start_) refuse_open_quote();
      break;
    }
    check_bytes();
    if (room_ >= longest_row) {
      if (marks_.inside) refuse_open_quote(" within 10 MB");
      refuse(chunk_line_, "record " + std::to_string(chunk_record_) + " is longer than 10 MB");
    }
    room_ = std::min(room_ * 2, longest_row);
    buffer_.resize(room_ + behind + 1);
  }
  if (done_ && marks_.end < have_) refuse_open_quote();
  check_bytes();
}

// Only whole rows are checked, so no character is cut; what follows them comes again.
void Rows::check_bytes() const {
  const char* bytes = buffer_.data();
  if (marks_.nul)
    if (auto* nul = static_cast<const char*>(std::memchr(bytes, 0, have_)))
      refuse(line_of(static_cast<uint32_t>(nul - bytes)),
             "there is a NUL byte: this is no text file");
  if (!marks_.beyond_ascii || is_utf8({bytes, marks_.end})) return;
  for (uint32_t from = 0; from < marks_.end;) {
    auto* newline = static_cast<const char*>(std::memchr(bytes + from, '\n', marks_.end - from));
    uint32_t to = newline ? static_cast<uint32_t>(newline - bytes) : marks_.end;
    if (!is_utf8({bytes + from, to - from}))
      refuse(line_of(from),
             "not UTF-8; if the sender writes another encoding, name it in the settings");
    from = to + 1;
  }
}

void Rows::read_header() {
  uint32_t from = start_, at = 0;
  for (bool more = true; more; ++at) {
    uint32_t end = marks_.at[at], to = end;
    more = buffer_[end] != '\n';
    if (!more && to > from && buffer_[to - 1] == '\r') --to;
    std::string_view name(buffer_.data() + from, to - from);
    if (size_t cr = name.find('\r'); cr != name.npos && name.substr(cr, 2) != "\r\n")
      refuse(1, "its lines end with a carriage return alone; save it with line feeds");
    if (header_.size() == most_columns) refuse(1, "there are more than 4,096 columns");
    header_.push_back(unquoted(name, options_.quote));
    from = end + 1;
  }
  if (header_.size() == 1 && header_[0].empty())
    refuse(1, "the first line is empty; the names of the columns belong there");
  first_ = at;
  header_lines_ = newlines(buffer_.data(), buffer_.data() + from);
  start_ = from;
  std::vector<std::string> sorted = header_;
  std::ranges::sort(sorted);
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i] == sorted[i - 1] && !sorted[i].empty())
      refuse(1, "column " + sorted[i] + " stands there twice");
}

void Rows::cut(uint32_t row, uint32_t count, Cells& cells) const {
  const uint32_t* first = ends() + size_t{row} * width();
  cells.cut(first, count, width(), begins_[row]);
  bool were_picked = !lines_.empty();
  for (uint32_t i = 1; were_picked && i < count; ++i) cells.begin_row(i, begins_[row + i]);
  cells.cut_returns(buffer_.data());
  if (were_picked && marks_.quotes) cells.unquote(buffer_.data(), options_.quote);
  if (were_picked) return;
  auto quoted = marks_.quoted_cells();
  auto number = static_cast<uint32_t>(first - marks_.at.get());
  for (auto at = std::ranges::lower_bound(quoted, number);
       at != quoted.end() && *at - number < count * width(); ++at)
    cells.unquote(*at - number);
}

void Rows::places(uint32_t row, uint32_t count, int64_t* lines, int64_t* offsets) const {
  auto line = static_cast<int64_t>(chunk_line_ + header_lines_);
  const uint32_t* apart = lines_.empty() ? nullptr : lines_.data() + row;
  for (uint32_t i = 0; !apart && i < count; ++i) lines[i] = line + row + i;
  for (uint32_t i = 0; apart && i < count; ++i) lines[i] = line + apart[i];
  for (uint32_t i = 0; i < count; ++i)
    offsets[i] = static_cast<int64_t>(chunk_offset_ + begins_[row + i]);
}

// Even: every row has the header's width, one line, and nothing to look at more closely. Counting
// alone is not enough: a short row and a long one would make up for each other.
bool Rows::is_even() {
  begins_.resize(rows_ + size_t{1});
  begins_[0] = start_;
  uint32_t wide = width();
  if (marks_.count - first_ != rows_ * wide || room_ > HR_MAX_CELL || chunk_lines_ != rows_)
    return false;
  const uint32_t* at = ends() + wide - 1;
  const char* bytes = buffer_.data();
  bool even = true;
  for (uint32_t row = 0; row < rows_; ++row, at += wide) {
    even &= bytes[*at] == '\n';
    begins_[row + 1] = *at + 1;
  }
  if (!even || !marks_.quotes || marks_.tidy) return even;
  for (uint32_t cell : marks_.quoted_cells())
    if (cell >= first_ &&
        !quoted_well(cell > first_ ? marks_.at[cell - 1] + 1 : start_, marks_.at[cell]))
      return false;
  return true;
}

// A quoted cell ends with its quote (before a \r perhaps), and quotes in it stand in pairs.
bool Rows::quoted_well(uint32_t from, uint32_t to) const {
  const char *at = buffer_.data() + from + 1, *end = buffer_.data() + to;
  if (*end == '\n' && end > at && end[-1] == '\r') --end;
  if (end <= at || end[-1] != options_.quote) return false;
  for (--end; at < end; at += 2) {
    at = static_cast<const char*>(std::memchr(at, options_.quote, static_cast<size_t>(end - at)));
    if (!at) return true;
    if (at + 1 >= end || at[1] != options_.quote) return false;
  }
  return true;
}

std::string Rows::fault(const std::vector<std::string_view>& cells, size_t& bad_cell) const {
  bad_cell = std::string::npos;
  if (cells.size() != header_.size())
    return std::to_string(cells.size()) + (cells.size() == 1 ? " cell" : " cells") +
           ", the header has " + std::to_string(header_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    bad_cell = i;
    if (cells[i].size() > HR_MAX_CELL) return "the cell is longer than 1 MiB";
    auto from = static_cast<uint32_t>(cells[i].data() - buffer_.data());
    if (cells[i].starts_with(options_.quote) &&
        !quoted_well(from, from + static_cast<uint32_t>(cells[i].size())))
      return "text stands beside the quotes of a quoted cell";
  }
  bad_cell = std::string::npos;
  return {};
}

void Rows::pick_even_rows() {
  const uint32_t *at = ends(), *stop = marks_.at.get() + marks_.count;
  uint32_t* kept = marks_.at.get() + first_;
  uint32_t from = start_, line = 0, number = 0;
  rows_ = 0;
  begins_.clear();
  std::vector<std::string_view> cells;
  while (at < stop) {
    const uint32_t* row = at;
    uint32_t begin = from;
    cells.clear();
    for (bool more = true; more; ++at) {
      more = buffer_[*at] != '\n';
      size_t size = *at - from;
      if (!more && size > 0 && buffer_[*at - 1] == '\r') --size;
      cells.emplace_back(buffer_.data() + from, size);
      from = *at + 1;
    }
    uint32_t line_here = line;
    line += static_cast<uint32_t>(newlines(buffer_.data() + begin, buffer_.data() + from));
    if (cells.size() == 1 && cells[0].empty() && width() > 1) continue;  // an empty line
    size_t bad_cell = 0;
    std::string why = fault(cells, bad_cell);
    if (cells.size() < header_.size() && newline_added_ && at == stop)
      refuse(chunk_line_ + header_lines_ + line_here, "the file ends in the middle of a row");
    if (why.empty()) {
      kept = std::copy(row, at, kept);
      begins_.push_back(begin);
      lines_.push_back(line_here);
      numbers_.push_back(number);
      ++rows_;
    } else if (on_bad_row) {
      on_bad_row({chunk_record_ + number, chunk_line_ + header_lines_ + line_here,
                  chunk_offset_ + begin, cells, bad_cell, why});
    }
    ++number;
  }
  chunk_records_ = number;
}

uint64_t Rows::line_of(uint32_t place) const {
  return chunk_line_ + newlines(buffer_.data(), buffer_.data() + place);
}

void Rows::refuse(uint64_t line, const std::string& why) const {
  throw Error(Next::not_readable, options_.place + " line " + std::to_string(line) + ": " + why);
}

// Walks the last, unfinished row by RFC 4180 to the quoted cell that does not end.
void Rows::refuse_open_quote(const std::string& where) const {
  const char *at = buffer_.data() + marks_.end, *end = buffer_.data() + have_;
  bool cell_begins = true;
  for (; at < end; ++at) {
    if (cell_begins && *at == options_.quote) {
      const char* opened = at++;
      for (; at < end; ++at) {
        if (*at != options_.quote) continue;
        if (at + 1 < end && at[1] == options_.quote)
          ++at;
        else
          break;
      }
      bool closed = at + 1 < end && (at[1] == options_.delimiter || at[1] == '\n' || at[1] == '\r');
      if (!closed)
        refuse(line_of(static_cast<uint32_t>(opened - buffer_.data())),
               "a quote opens here and never closes" + where);
      continue;
    }
    cell_begins = *at == options_.delimiter || *at == '\n';
  }
  refuse(line_of(marks_.end), "a quote stands inside a cell and never closes" + where);
}

}  // namespace homeroom::csv

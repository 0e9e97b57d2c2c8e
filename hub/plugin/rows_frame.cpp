#include "hub/plugin/rows_frame.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "hub/plugin/frame.hpp"

namespace homeroom::plugin {
namespace {

using record::Column;
using record::Text;
using record::Timestamp;
using record::Type;

constexpr std::size_t grain = 16;
constexpr std::size_t most_names = 64 << 10;  // place and cursor
constexpr int32_t most_offset_minutes = 24 * 60;

std::size_t padded(std::size_t size) {
  return (size + grain - 1) / grain * grain;
}

bool is_text(Type type) {
  return type == Type::text || type == Type::json;
}

bool may_arrive(uint8_t type) {
  switch (static_cast<Type>(type)) {
    case Type::text:
    case Type::json:
    case Type::boolean:
    case Type::integer:
    case Type::real:
    case Type::date:
    case Type::timestamp:
      return true;
    default:
      return false;
  }
}

std::string_view bare(std::string_view asked) {
  if (asked.ends_with('?')) asked.remove_suffix(1);
  return asked;
}

void gather_long_texts(const Column& column, uint32_t rows, std::string& all) {
  all.clear();
  for (uint32_t row = 0; row < rows; ++row)
    if (const auto& text = column.text_at(row); text.size > Text::most_inline)
      all.append(text.far, text.size);
}

}  // namespace

void RowsPacker::add(const void* bytes, std::size_t size) {
  static const char zeros[grain] = {};
  if (size == 0) return;
  parts_.push_back({const_cast<void*>(bytes), size});
  if (auto more = padded(size) - size) parts_.push_back({const_cast<char*>(zeros), more});
}

void RowsPacker::add_column(const Column& column, uint32_t rows) {
  if (column.valid) add(column.valid, rows);
  add(column.values, rows * record::width_of(column.type));
}

std::vector<iovec>& RowsPacker::pack(const Arrival& arrival,
                                     const std::vector<std::string>& asked) {
  const auto& rows = arrival.rows;
  Pack head;
  head.number(rows.rows).number(rows.first_record).text(arrival.place).text(arrival.cursor);
  head.number<uint8_t>(rows.lines != nullptr).number<uint8_t>(rows.offsets != nullptr);
  head.number<uint8_t>(!rows.is_gone.empty());
  parts_ = {{nullptr, 0}};
  long_texts_.resize(std::max(long_texts_.size(), asked.size()));
  std::size_t next = 0;
  for (const auto& name : asked) {
    bool is_there = next < rows.names.size() && rows.names[next] == bare(name);
    head.number<uint8_t>(is_there);
    if (!is_there) continue;
    const auto& column = rows.columns[next];
    auto& texts = long_texts_[next++];
    texts.clear();
    if (is_text(column.type)) gather_long_texts(column, rows.rows, texts);
    head.number(static_cast<uint8_t>(column.type)).number<uint8_t>(column.valid != nullptr);
    head.number(static_cast<uint32_t>(texts.size()));
    add_column(column, rows.rows);
    add(texts.data(), texts.size());
  }
  if (rows.lines) add(rows.lines, rows.rows * sizeof(int64_t));
  if (rows.offsets) add(rows.offsets, rows.rows * sizeof(int64_t));
  add(rows.is_gone.data(), rows.is_gone.size());
  head_ = head.bytes();
  head_.resize(padded(head_.size()), '\0');
  parts_[0] = {head_.data(), head_.size()};
  return parts_;
}

uint32_t most_rows_frame(const ReadRequest& what) {
  // A value and its validity, at most; the batch's texts, and one row that comes alone.
  std::size_t cell = sizeof(Text) + 1;
  std::size_t values = (what.columns.size() + 2) * (what.max_rows * cell + 3 * grain);
  return static_cast<uint32_t>(
      std::min<std::size_t>(values + HR_MAX_BYTES + HR_MAX_BYTES + most_names, UINT32_MAX / 2));
}

namespace {

/// A byte a row, 0 or 1.
void check_bits(const uint8_t* bytes, uint32_t rows) {
  uint8_t all = 0;
  for (uint32_t row = 0; row < rows; ++row) all |= bytes[row];
  if (all > 1) refuse_frame("a yes or no is neither");
}

class Blocks {
 public:
  explicit Blocks(char* from, std::size_t size) : at_(from), left_(size) {}
  char* take(std::size_t size) {
    if (padded(size) > left_) refuse_frame("its columns reach beyond their frame");
    char* taken = at_;
    at_ += padded(size);
    left_ -= padded(size);
    return taken;
  }
  void finish() const {
    if (left_ != 0) refuse_frame("a frame has more bytes than belong to it");
  }

 private:
  char* at_;
  std::size_t left_;
};

struct ColumnHead {
  Type type;
  bool has_valid;
  uint32_t text_bytes;
};

// What lies behind a short text must be zero, since texts are compared by all 16 bytes.
void clear_behind(Text& text) {
  char letters[Text::most_inline] = {};
  std::memcpy(letters, text.prefix, text.size);
  std::memcpy(static_cast<void*>(text.prefix), letters, sizeof letters);
}

void settle_texts(Text* texts, uint32_t rows, const uint8_t* valid, const char* bytes,
                  std::size_t size) {
  for (uint32_t row = 0; row < rows; ++row) {
    Text& text = texts[row];
    if (text.size <= Text::most_inline) {
      if (valid && !valid[row]) text = {};
      clear_behind(text);
      continue;
    }
    if (text.size > HR_MAX_CELL || text.size > size)
      refuse_frame("a text is longer than its bytes");
    if (valid && !valid[row]) refuse_frame("a value is null and has a text");
    text = record::text(bytes, text.size);
    bytes += text.size;
    size -= text.size;
  }
  if (size != 0) refuse_frame("there are bytes of no text");
}

void check_timestamps(const char* values, uint32_t rows) {
  for (uint32_t row = 0; row < rows; ++row) {
    const char* at = values + row * sizeof(Timestamp);
    int16_t offset;
    std::memcpy(&offset, at + offsetof(Timestamp, offset_minutes), sizeof offset);
    if (static_cast<uint8_t>(at[offsetof(Timestamp, has_offset)]) > 1 ||
        offset > most_offset_minutes || offset < -most_offset_minutes)
      refuse_frame("a timestamp makes no sense");
  }
}

Column take_column(const ColumnHead& head, uint32_t rows, Blocks& blocks) {
  Column column;
  column.type = head.type;
  if (head.has_valid) {
    auto* valid = reinterpret_cast<uint8_t*>(blocks.take(rows));
    check_bits(valid, rows);
    column.valid = valid;
  }
  char* values = blocks.take(rows * record::width_of(head.type));
  const char* texts = blocks.take(head.text_bytes);
  if (is_text(head.type))
    settle_texts(reinterpret_cast<Text*>(values), rows, column.valid, texts, head.text_bytes);
  if (head.type == Type::boolean) check_bits(reinterpret_cast<uint8_t*>(values), rows);
  if (head.type == Type::timestamp) check_timestamps(values, rows);
  column.values = values;
  return column;
}

ColumnHead column_head(Unpack& head) {
  auto type = head.number<uint8_t>();
  if (!may_arrive(type)) refuse_frame("a column has a type that does not exist");
  ColumnHead made{static_cast<Type>(type), head.flag(), head.number<uint32_t>()};
  if (made.text_bytes > (is_text(made.type) ? 2 * HR_MAX_BYTES : 0))
    refuse_frame("a column has more bytes than allowed");
  return made;
}

std::string name_in(Unpack& head) {
  auto text = head.text();
  if (text.size() > most_names / 2) refuse_frame("a name is longer than allowed");
  return std::string(text);
}

}  // namespace

Arrival unpack_rows(char* frame, std::size_t size, const ReadRequest& what) {
  Unpack head(std::string_view(frame, size));
  Arrival made;
  auto& rows = made.rows;
  rows.rows = head.number<uint32_t>();
  if (rows.rows > what.max_rows) refuse_frame("a batch has more rows than were asked for");
  rows.first_record = head.number<uint64_t>();
  made.place = name_in(head);
  made.cursor = name_in(head);
  bool has_lines = head.flag();
  bool has_offsets = head.flag();
  bool has_gone = head.flag();
  std::vector<ColumnHead> columns;
  for (const auto& asked : what.columns) {
    if (head.flag()) {
      rows.names.emplace_back(bare(asked));
      columns.push_back(column_head(head));
    } else if (!asked.ends_with('?')) {
      refuse_frame("a column that was asked for is missing");
    }
  }
  std::size_t from = padded(size - head.rest().size());
  if (from > size) refuse_frame("its columns reach beyond their frame");
  Blocks blocks(frame + from, size - from);
  for (const auto& column : columns) rows.columns.push_back(take_column(column, rows.rows, blocks));
  auto numbers = [&] {
    return reinterpret_cast<const int64_t*>(blocks.take(rows.rows * sizeof(int64_t)));
  };
  if (has_lines) rows.lines = numbers();
  if (has_offsets) rows.offsets = numbers();
  if (has_gone) {
    auto* gone = reinterpret_cast<const uint8_t*>(blocks.take(rows.rows));
    check_bits(gone, rows.rows);
    rows.is_gone.assign(gone, gone + rows.rows);
  }
  blocks.finish();
  return made;
}

}  // namespace homeroom::plugin

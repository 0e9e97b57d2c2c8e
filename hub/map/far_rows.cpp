#include "hub/map/far_rows.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/map/values.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::map {

using record::Column;
using record::Text;
using record::Type;

namespace {

constexpr std::size_t head_bytes = 2 * sizeof(uint32_t);

void append_word(std::string& out, uint32_t word) {
  out.append(reinterpret_cast<const char*>(&word), sizeof word);
}

uint32_t word_at(const char* at) {
  uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

void append_text(std::string& out, const Text& text) {
  record::append_number(out, text.size);
  out.append(text.data(), text.size);
}

void append_value(std::string& out, const Column& column, uint32_t row) {
  switch (column.type) {
    case Type::text:
    case Type::json:
      append_text(out, column.text_at(row));
      return;
    case Type::list: {
      auto first = row ? column.ends[row - 1] : 0;
      record::append_number(out, column.ends[row] - first);
      for (auto i = first; i < column.ends[row]; ++i)
        append_text(out, static_cast<const Text*>(column.values)[i]);
      return;
    }
    default: {
      auto width = record::width_of(column.type);
      out.append(static_cast<const char*>(column.values) + width * column.stride * row, width);
    }
  }
}

/// A column that is filled row by row.
class Filling {
 public:
  Filling(Type type, uint32_t rows, bool is_wanted, record::Arena& arena)
      : type_(type), is_wanted_(is_wanted) {
    if (!is_wanted) return;
    valid_ = arena.many<uint8_t>(rows);
    if (type == Type::list)
      ends_ = arena.many<uint32_t>(rows);
    else
      values_ = arena.take(record::width_of(type) * rows);
  }

  void null(uint32_t row) {
    if (!is_wanted_) return;
    valid_[row] = 0;
    if (type_ == Type::list)
      ends_[row] = static_cast<uint32_t>(items_.size());
    else
      std::memset(values_ + record::width_of(type_) * row, 0, record::width_of(type_));
  }

  const char* read(uint32_t row, const char* at) {
    if (is_wanted_) valid_[row] = 1;
    switch (type_) {
      case Type::text:
      case Type::json: {
        auto text = read_text(at);
        if (is_wanted_) reinterpret_cast<Text*>(values_)[row] = text;
        return at;
      }
      case Type::list: {
        for (auto items = record::read_number(at); items > 0; --items)
          items_.push_back(read_text(at));
        if (is_wanted_) ends_[row] = static_cast<uint32_t>(items_.size());
        return at;
      }
      default: {
        auto width = record::width_of(type_);
        if (is_wanted_) std::memcpy(values_ + width * row, at, width);
        return at + width;
      }
    }
  }

  Column column(record::Arena& arena) const {
    Column out;
    if (!is_wanted_) return out;
    out.type = type_;
    out.valid = valid_;
    out.values = values_;
    if (type_ != Type::list) return out;
    auto* items = arena.many<Text>(items_.size());
    std::ranges::copy(items_, items);
    out.values = items;
    out.ends = ends_;
    return out;
  }

 private:
  static Text read_text(const char*& at) {
    auto size = record::read_number(at);
    auto text = record::text_in_buffer(at, size);
    at += size;
    return text;
  }

  Type type_;
  bool is_wanted_;
  char* values_ = nullptr;
  uint8_t* valid_ = nullptr;
  uint32_t* ends_ = nullptr;
  std::vector<Text> items_;
};

}  // namespace

RowShape RowShape::of(const Relation& relation, const std::vector<NamedColumn>& columns,
                      const std::vector<uint8_t>& is_carried) {
  RowShape shape;
  for (const auto& column : columns) shape.types.push_back(column.type);
  shape.is_carried = is_carried;
  shape.is_carried.resize(columns.size(), 0);
  for (const auto& part : relation.parts)
    if (part.stream != numbers_stream) shape.streams.push_back(part.stream);
  for (const auto& fold : relation.folded)
    shape.folded.push_back({fold.from, fold.is_base, nullptr});
  return shape;
}

std::size_t RowShape::width() const {
  std::size_t width = sizeof(uint32_t) * (streams.size() + folded.size() + 1);
  for (std::size_t c = 0; c < types.size(); ++c)
    if (is_carried[c]) width += record::width_of(types[c]) + 1;
  return width;
}

void append_row(std::string& out, const RowShape& shape, const Relation& relation, uint32_t row,
                uint32_t number) {
  auto start = out.size();
  append_word(out, 0);
  append_word(out, number);
  for (const auto& part : relation.parts)
    if (part.stream != numbers_stream) append_word(out, part.rows[row]);
  for (const auto& fold : relation.folded) append_word(out, fold.group_of[row]);
  for (std::size_t c = 0; c < shape.types.size(); ++c) {
    if (!shape.is_carried[c]) continue;
    bool is_there = !is_null(relation.columns[c], row);
    out += static_cast<char>(is_there);
    if (is_there) append_value(out, relation.columns[c], row);
  }
  auto size = static_cast<uint32_t>(out.size() - start - sizeof(uint32_t));
  std::memcpy(out.data() + start, &size, sizeof size);
}

uint32_t number_of(std::string_view row) {
  return word_at(row.data() + sizeof(uint32_t));
}
uint32_t first_part_of(std::string_view row) {
  return word_at(row.data() + head_bytes);
}

Relation relation_of(std::string_view bytes, uint32_t rows, const RowShape& shape,
                     record::Arena& arena, bool has_numbers, const std::vector<uint32_t>* wanted) {
  std::vector<Filling> columns;
  for (uint32_t c = 0; c < shape.types.size(); ++c) {
    bool is_wanted =
        shape.is_carried[c] && (!wanted || std::ranges::find(*wanted, c) != wanted->end());
    columns.emplace_back(shape.types[c], rows, is_wanted, arena);
  }
  std::vector<uint32_t*> words;
  for (std::size_t i = 0; i < shape.streams.size() + shape.folded.size(); ++i)
    words.push_back(arena.many<uint32_t>(rows));
  auto* numbers = has_numbers ? arena.many<uint32_t>(rows) : nullptr;
  const char* at = bytes.data();
  for (uint32_t row = 0; row < rows; ++row) {
    if (numbers) numbers[row] = word_at(at + sizeof(uint32_t));
    at += head_bytes;
    for (auto* word : words) {
      word[row] = word_at(at);
      at += sizeof(uint32_t);
    }
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (!shape.is_carried[c]) continue;
      if (*at++)
        at = columns[c].read(row, at);
      else
        columns[c].null(row);
    }
  }
  Relation out;
  out.rows = rows;
  for (const auto& column : columns) out.columns.push_back(column.column(arena));
  for (std::size_t i = 0; i < shape.streams.size(); ++i)
    out.parts.push_back({shape.streams[i], words[i]});
  for (std::size_t i = 0; i < shape.folded.size(); ++i) {
    out.folded.push_back(shape.folded[i]);
    out.folded.back().group_of = words[shape.streams.size() + i];
  }
  if (numbers) out.parts.push_back({numbers_stream, numbers});
  return out;
}

FarRows::~FarRows() {
  for (auto piece : pieces_) scratch_.forget(piece);
}

Relation FarRows::whole(record::Arena& arena, bool has_numbers) const {
  auto* bytes = arena.take(bytes_);
  auto* at = bytes;
  std::string piece;
  for (auto number : pieces_) {
    scratch_.get(number, piece);
    at = std::copy(piece.begin(), piece.end(), at);
  }
  return relation_of({bytes, bytes_}, rows_, shape_, arena, has_numbers);
}

std::size_t piece_bytes(const record::Scratch& scratch) {
  return std::clamp<uint64_t>(scratch.budget() / 256, 1 << 10, 256 << 10);
}

FarWriter::FarWriter(record::Scratch& scratch, RowShape shape)
    : scratch_(scratch),
      piece_bytes_(piece_bytes(scratch)),
      made_(std::make_shared<FarRows>(scratch, std::move(shape))) {}

void FarWriter::add(const Relation& relation, const uint32_t* numbers) {
  for (uint32_t row = 0; row < relation.rows; ++row) {
    append_row(filling_, made_->shape_, relation, row, numbers ? numbers[row] : made_->rows_);
    end_row();
  }
}

void FarWriter::add(std::string_view row) {
  filling_ += row;
  end_row();
}

void FarWriter::add_numbered(std::string_view row) {
  auto start = filling_.size();
  filling_ += row;
  std::memcpy(filling_.data() + start + sizeof(uint32_t), &made_->rows_, sizeof made_->rows_);
  end_row();
}

void FarWriter::end_row() {
  if (++made_->rows_ == no_row)
    throw Error(Next::fix_settings, "a table has more than 4 billion rows; map the files in parts");
  if (filling_.size() < piece_bytes_) return;
  made_->bytes_ += filling_.size();
  made_->pieces_.push_back(scratch_.put(filling_));
  filling_.clear();
}

std::shared_ptr<const FarRows> FarWriter::finish() {
  if (!filling_.empty()) {
    made_->bytes_ += filling_.size();
    made_->pieces_.push_back(scratch_.put(filling_));
    filling_ = {};
  }
  return made_;
}

bool FarReader::next() {
  if (at_ == bytes_.size()) {
    if (piece_ == rows_->pieces_.size()) return false;
    rows_->scratch_.get(rows_->pieces_[piece_++], bytes_);
    at_ = 0;
  }
  row_ = std::string_view(bytes_).substr(at_, sizeof(uint32_t) + word_at(bytes_.data() + at_));
  at_ += row_.size();
  return true;
}

bool FarRange::next(uint32_t most_rows, std::size_t most_bytes) {
  bytes_.clear();
  starts_.clear();
  while (rows() < most_rows && bytes_.size() < most_bytes && reader_.next()) {
    starts_.push_back(bytes_.size());
    bytes_ += reader_.row();
  }
  bytes_.reserve(bytes_.size() + record::readable_behind);
  return !starts_.empty();
}

Relation FarRange::relation(record::Arena& arena, bool has_numbers,
                            const std::vector<uint32_t>* wanted) const {
  return relation_of(bytes_, rows(), reader_.shape(), arena, has_numbers, wanted);
}

std::string_view FarRange::row(uint32_t row) const {
  auto end = row + 1 < starts_.size() ? starts_[row + 1] : bytes_.size();
  return std::string_view(bytes_).substr(starts_[row], end - starts_[row]);
}

}  // namespace homeroom::map

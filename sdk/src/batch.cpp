#include "homeroom/batch.hpp"

#include <bit>
#include <cassert>
#include <cstring>

#include "homeroom/text.hpp"

namespace homeroom {
namespace {

constexpr size_t behind = 16;  // readable bytes behind each buffer
const char nothing[behind] = {};

void forget_array(ArrowArray* array) {
  for (int64_t i = 0; i < array->n_children; ++i)
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
  array->release = nullptr;
}

void forget_schema(ArrowSchema* schema) {
  for (int64_t i = 0; i < schema->n_children; ++i)
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
  schema->release = nullptr;
}

}  // namespace

void TextColumn::resize(size_t rows) {
  if (views.size() < rows + 1) views.resize(rows + 1);
  valid.assign(rows / 64 + 1 + behind / 8, ~uint64_t{0});
  nulls = 0;
}

void TextColumn::set_null(size_t row) {
  views[row] = {};
  valid[row / 64] &= ~(uint64_t{1} << row % 64);
  ++nulls;
}

void TextColumn::set_valid(size_t first, size_t rows, uint64_t bits) {
  bits |= rows < 64 ? ~uint64_t{0} << rows : 0;
  valid[first / 64] = bits;
  nulls += 64 - std::popcount(bits);
}

TextColumn& Batch::add_text(std::string_view name) {
  order_.push_back({true, texts_.size()});
  texts_.emplace_back().name = name;
  return texts_.back();
}

IntegerColumn& Batch::add_integer(std::string_view name) {
  order_.push_back({false, integers_.size()});
  integers_.emplace_back().name = name;
  return integers_.back();
}

void Batch::clear() {
  resize(0);
  chunk_ = {};
  arena_used_ = arena_at_ = 0;
  place.clear();
  cursor.clear();
}

void Batch::resize(size_t rows) {
  rows_ = rows;
  for (auto& column : texts_) column.resize(rows);
  for (auto& column : integers_)
    if (column.values.size() < rows + behind / 8) column.values.resize(rows + behind / 8);
}

void Batch::add(const std::vector<std::string_view>& texts, const std::vector<int64_t>& integers) {
  assert(texts.size() == texts_.size() && integers.size() == integers_.size());
  size_t row = rows_++;
  auto given = texts.begin();
  for (auto& column : texts_) {
    if (column.views.size() < rows_ + 1) column.views.resize(2 * rows_ + 64);
    if (column.valid.size() < rows_ / 64 + 3) column.valid.resize(rows_ / 64 + 3, ~uint64_t{0});
    if (given->empty())
      column.set_null(row);
    else
      column.views[row] = copy(*given);
    ++given;
  }
  auto number = integers.begin();
  for (auto& column : integers_) {
    if (column.values.size() < rows_ + 2) column.values.resize(2 * rows_ + 64);
    column.values[row] = *number++;
  }
}

char* Batch::arena(uint32_t size) {
  arena_at_ = arena_used_;
  arena_used_ += size;
  if (arena_.size() < arena_used_ + behind) arena_.resize(2 * arena_used_ + 4096);
  return arena_.data() + arena_at_;
}

namespace {

// `size` bytes, at most 8, as the low bytes of a word; reads nothing behind them.
uint64_t word_of(const char* from, size_t size) {
  if (size >= 4) {
    uint32_t first, last;
    std::memcpy(&first, from, 4);
    std::memcpy(&last, from + size - 4, 4);
    return first | uint64_t{last} << (size - 4) * 8;
  }
  uint64_t word = 0;
  for (size_t i = 0; i < size; ++i) word |= uint64_t{static_cast<unsigned char>(from[i])} << i * 8;
  return word;
}

}  // namespace

TextView Batch::copy(std::string_view from) {
  auto size = static_cast<uint32_t>(from.size());
  if (size <= 4) return {size | word_of(from.data(), size) << 32, 0};
  uint32_t first;
  std::memcpy(&first, from.data(), 4);
  uint64_t head = size | uint64_t{first} << 32;
  if (size <= 12) return {head, word_of(from.data() + 4, size - 4)};
  std::memcpy(arena(size), from.data(), size);
  return {head, 1 | uint64_t{arena_offset()} << 32};
}

std::string_view Batch::text_at(const TextColumn& column, size_t row) const {
  const TextView& found = column.views[row];
  auto size = static_cast<uint32_t>(found.head);
  if (size <= 12) return {reinterpret_cast<const char*>(&found) + 4, size};
  auto offset = static_cast<uint32_t>(found.tail >> 32);
  const char* buffer = static_cast<uint32_t>(found.tail) == 0 ? chunk_.data() : arena_.data();
  return {buffer + offset, size};
}

void Batch::lend_text(TextColumn& column, size_t at) {
  const void* validity = column.nulls ? column.valid.data() : nullptr;
  const void* chunk = chunk_.empty() ? nothing : chunk_.data();
  const void* arena = arena_.empty() ? nothing : arena_.data();
  buffers_[at] = {{validity, column.views.data(), chunk, arena, sizes_}};
  arrays_[at] = {static_cast<int64_t>(rows_),
                 column.nulls,
                 0,
                 5,
                 0,
                 buffers_[at].at,
                 nullptr,
                 nullptr,
                 forget_array,
                 this};
  schemas_[at] = {"vu",    column.name.c_str(), nullptr, ARROW_FLAG_NULLABLE, 0, nullptr,
                  nullptr, forget_schema,       this};
}

void Batch::lend_integers(IntegerColumn& column, size_t at) {
  buffers_[at] = {{nullptr, column.values.data(), nullptr, nullptr, nullptr}};
  arrays_[at] = {static_cast<int64_t>(rows_),
                 0,
                 0,
                 2,
                 0,
                 buffers_[at].at,
                 nullptr,
                 nullptr,
                 forget_array,
                 this};
  schemas_[at] = {"l", column.name.c_str(), nullptr, 0, 0, nullptr, nullptr, forget_schema, this};
}

void Batch::lend(hr_batch& out) {
  size_t width = order_.size();
  arrays_.resize(width);
  schemas_.resize(width);
  buffers_.resize(width);
  array_list_.resize(width);
  schema_list_.resize(width);
  sizes_[0] = static_cast<int64_t>(chunk_.size());
  sizes_[1] = static_cast<int64_t>(arena_used_);
  for (size_t i = 0; i < width; ++i) {
    array_list_[i] = &arrays_[i];
    schema_list_[i] = &schemas_[i];
    if (order_[i].is_text)
      lend_text(texts_[order_[i].at], i);
    else
      lend_integers(integers_[order_[i].at], i);
  }
  auto children = static_cast<int64_t>(width);
  out.schema = {"+s", "", nullptr, 0, children, schema_list_.data(), nullptr, forget_schema, this};
  out.rows = {static_cast<int64_t>(rows_),
              0,
              0,
              1,
              children,
              no_validity_,
              array_list_.data(),
              nullptr,
              forget_array,
              this};
  out.cursor = text(cursor);
  out.first_record = first_record;
  out.place = text(place);
}

}  // namespace homeroom

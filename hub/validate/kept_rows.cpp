#include "hub/validate/kept_rows.hpp"

#include <algorithm>
#include <cstring>

#include "hub/record/varint.hpp"

namespace homeroom::validate {

namespace {

using record::Column;
using record::Text;
using record::Type;

uint32_t first_item(const Column& column, uint32_t row) {
  return row ? column.ends[row - 1] : 0;
}

Column gather_lists(const Column& column, const std::vector<uint32_t>& from, record::Arena& arena) {
  std::size_t items = 0;
  for (auto row : from)
    if (row != none) items += column.ends[row] - first_item(column, row);
  Column out;
  out.type = Type::list;
  auto* texts = arena.many<Text>(items);
  auto* ends = arena.many<uint32_t>(from.size());
  auto* valid = arena.many<uint8_t>(from.size());
  uint32_t at = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    valid[i] = from[i] != none && column.is_valid(from[i]);
    if (valid[i])
      for (auto k = first_item(column, from[i]); k < column.ends[from[i]]; ++k)
        texts[at++] = static_cast<const Text*>(column.values)[k];
    ends[i] = at;
  }
  out.values = texts;
  out.ends = ends;
  out.valid = valid;
  return out;
}

template <class T>
int order_of(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int order_of(const record::Decimal& a, const record::Decimal& b) {
  auto left = a.units;
  auto right = b.units;
  for (auto scale = a.scale; scale < b.scale; ++scale) left *= 10;
  for (auto scale = b.scale; scale < a.scale; ++scale) right *= 10;
  return order_of(left, right);
}

}  // namespace

void KeptColumn::end_row(bool is_valid) {
  valid_.push_back(is_valid);
  if (type_ == Type::list) ends_.push_back(items_);
}

void KeptColumn::add_null() {
  if (type_ != Type::list) values_.resize(values_.size() + width_of(type_));
  end_row(false);
}

void KeptColumn::add_text(std::string_view text, record::Arena& arena) {
  add_value(arena.keep(text));
}

void KeptColumn::add_items(const std::vector<std::string_view>& items, record::Arena& arena) {
  for (auto item : items) {
    auto kept = arena.keep(item);
    const auto* bytes = reinterpret_cast<const char*>(&kept);
    values_.insert(values_.end(), bytes, bytes + sizeof kept);
    ++items_;
  }
  end_row(true);
}

void KeptColumn::add(const Column& from, uint32_t row, record::Arena& arena) {
  if (!from.values || !from.is_valid(row)) return add_null();
  if (from.type == Type::integer && type_ == Type::decimal)
    return add_value(record::Decimal{from.at<int64_t>(row), 0});
  if (from.type == Type::date && type_ == Type::date_part)
    return add_value(record::DatePart{from.at<int32_t>(row), record::Precision::day});
  if (from.type != type_) return add_null();
  if (type_ == Type::text || type_ == Type::json) return add_value(arena.keep(from.text_at(row)));
  if (type_ == Type::list) {
    std::vector<std::string_view> items;
    const auto* texts = static_cast<const Text*>(from.values);
    for (auto k = first_item(from, row); k < from.ends[row]; ++k) items.push_back(texts[k].view());
    return add_items(items, arena);
  }
  const auto* bytes =
      static_cast<const char*>(from.values) + std::size_t{row} * from.stride * width_of(type_);
  values_.insert(values_.end(), bytes, bytes + width_of(type_));
  end_row(true);
}

void KeptColumn::write(std::string& out, uint32_t row) const {
  out += static_cast<char>(valid_[row]);
  if (!valid_[row]) return;
  auto append = [&](const Text& text) {
    record::append_number(out, text.size);
    out += text.view();
  };
  auto values = column();
  if (type_ == Type::list) {
    record::append_number(out, ends_[row] - first_item(values, row));
    for (auto k = first_item(values, row); k < ends_[row]; ++k)
      append(static_cast<const Text*>(values.values)[k]);
  } else if (type_ == Type::text || type_ == Type::json) {
    append(values.text_at(row));
  } else {
    out.append(values_.data() + std::size_t{row} * width_of(type_), width_of(type_));
  }
}

const char* KeptColumn::read(const char* at, record::Arena& arena) {
  if (!*at++) {
    add_null();
    return at;
  }
  auto text = [&] {
    auto size = record::read_number(at);
    std::string_view read(at, size);
    at += size;
    return read;
  };
  if (type_ == Type::list) {
    std::vector<std::string_view> items(record::read_number(at));
    for (auto& item : items) item = text();
    add_items(items, arena);
  } else if (type_ == Type::text || type_ == Type::json) {
    add_text(text(), arena);
  } else {
    values_.insert(values_.end(), at, at + width_of(type_));
    end_row(true);
    at += width_of(type_);
  }
  return at;
}

const char* KeptColumn::skip(const char* at, Type type) {
  if (!*at++) return at;
  if (type != Type::list && type != Type::text && type != Type::json) return at + width_of(type);
  for (auto texts = type == Type::list ? record::read_number(at) : 1u; texts > 0; --texts) {
    auto size = record::read_number(at);
    at += size;
  }
  return at;
}

Column KeptColumn::column() const {
  static constexpr Text nothing;  // a column without values would count as one that is not there
  Column out;
  out.type = type_;
  out.values = values_.empty() ? static_cast<const void*>(&nothing) : values_.data();
  out.valid = valid_.data();
  out.ends = type_ == Type::list ? ends_.data() : nullptr;
  return out;
}

Column gather(const Column& column, const std::vector<uint32_t>& from, record::Arena& arena) {
  if (column.type == Type::list) return gather_lists(column, from, arena);
  auto size = width_of(column.type);
  Column out;
  out.type = column.type;
  char* values = arena.take(size * from.size());
  auto* valid = arena.many<uint8_t>(from.size());
  const auto* source = static_cast<const char*>(column.values);
  for (std::size_t i = 0; i < from.size(); ++i) {
    valid[i] = from[i] != none && column.is_valid(from[i]);
    if (valid[i])
      std::memcpy(values + i * size, source + std::size_t{from[i]} * column.stride * size, size);
    else
      std::memset(values + i * size, 0, size);
  }
  out.values = values;
  out.valid = valid;
  return out;
}

int compare(const Column& column, uint32_t a, uint32_t b) {
  return compare(column, a, column, b);
}

int compare(const Column& one, uint32_t a, const Column& other, uint32_t b) {
  bool has_a = one.is_valid(a);
  bool has_b = other.is_valid(b);
  if (!has_a || !has_b) return int{has_a} - int{has_b};
  switch (one.type) {
    case Type::boolean:
      return order_of(one.at<uint8_t>(a), other.at<uint8_t>(b));
    case Type::integer:
      return order_of(one.at<int64_t>(a), other.at<int64_t>(b));
    case Type::real:
      return order_of(one.at<double>(a), other.at<double>(b));
    case Type::decimal:
      return order_of(one.at<record::Decimal>(a), other.at<record::Decimal>(b));
    case Type::date:
      return order_of(one.at<int32_t>(a), other.at<int32_t>(b));
    case Type::date_part:
      return order_of(one.at<record::DatePart>(a).days, other.at<record::DatePart>(b).days);
    case Type::timestamp:
      return order_of(one.at<record::Timestamp>(a).utc_us, other.at<record::Timestamp>(b).utc_us);
    case Type::text:
      return order_of(one.text_at(a).view(), other.text_at(b).view());
    case Type::json:
    case Type::list:
      break;
  }
  return 0;
}

bool is_same(const Column& column, uint32_t a, uint32_t b) {
  if (column.is_valid(a) != column.is_valid(b)) return false;
  if (!column.is_valid(a)) return true;
  if (column.type == Type::json) return column.text_at(a) == column.text_at(b);
  if (column.type != Type::list) return compare(column, a, b) == 0;
  const auto* texts = static_cast<const Text*>(column.values);
  return std::equal(texts + first_item(column, a), texts + column.ends[a],
                    texts + first_item(column, b), texts + column.ends[b]);
}

}  // namespace homeroom::validate

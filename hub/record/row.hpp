// Row: one canonical row (a student, an enrollment, an immunization) as packed bytes.
//
// Layout: u32 size of the whole row | entity | key size | key | fields to the end, each: field |
// size | bytes; the numbers without a width are variable-length integers, one byte for nearly all
// of them. A field's bytes are its value as canonical JSON (text "\"KG\"", date "\"2014-11-03\"",
// bool "true", list "[\"ASIAN\"]"), so that comparing, hashing and writing never convert. Fields
// stand in model order, null fields are left out. A run of rows is their bytes one after another.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "hub/record/varint.hpp"

namespace homeroom::record {

class RowView;

using EntityId = uint16_t;  ///< index into Model::entities
using FieldId = uint16_t;   ///< index into Entity::fields

/// Appends rows to a string: begin, then fields in model order, then end.
class RowWriter {
 public:
  explicit RowWriter(std::string& out) : out_(out) {}

  void begin(EntityId entity, std::string_view key) {
    start_ = out_.size();
    out_.append(sizeof(uint32_t), '\0');
    append_number(out_, entity);
    append_number(out_, static_cast<uint32_t>(key.size()));
    out_.append(key);
  }
  /// `json` is the value as canonical JSON.
  void field(FieldId field, std::string_view json) {
    append_number(out_, field);
    append_number(out_, static_cast<uint32_t>(json.size()));
    out_.append(json);
  }
  /// As field(), with the JSON appended by `append(std::string&)`.
  template <class Append>
  void field_by(FieldId field, Append append) {
    append_number(out_, field);
    std::size_t size_at = out_.size();
    out_ += '\0';
    append(out_);
    auto size = static_cast<uint32_t>(out_.size() - size_at - 1);
    if (size < 0x80) {
      out_[size_at] = static_cast<char>(size);
      return;
    }
    std::string number;
    append_number(number, size);
    out_.replace(size_at, 1, number);
  }
  void end() {
    auto size = static_cast<uint32_t>(out_.size() - start_);
    std::memcpy(out_.data() + start_, &size, sizeof size);
  }

  /// Appends the row whole, under a key of two parts.
  void copy(const RowView& row, std::string_view key_front, std::string_view key_back);

 private:
  std::string& out_;
  std::size_t start_ = 0;  ///< of the row being written
};

struct FieldView {
  FieldId field;
  std::string_view json;
};

/// One row inside packed bytes; views live as long as the bytes.
class RowView {
 public:
  /// Reads the row at the front of `bytes`. The bytes must be whole rows (our own, never hostile).
  explicit RowView(std::string_view bytes) {
    uint32_t size;
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes_ = bytes.substr(0, size);
    const char* at = bytes.data() + sizeof size;
    entity_ = static_cast<EntityId>(read_number(at));
    auto key_size = read_number(at);
    key_ = {at, key_size};
  }

  EntityId entity() const { return entity_; }
  std::string_view key() const { return key_; }
  bool has_fields() const { return key_.end() != bytes_.end(); }
  /// All bytes of this row.
  std::string_view bytes() const { return bytes_; }

  template <class Visit>
  void each(Visit visit) const {
    const char* end = bytes_.data() + bytes_.size();
    for (const char* at = key_.data() + key_.size(); at < end;) {
      auto field = static_cast<FieldId>(read_number(at));
      auto size = read_number(at);
      visit(FieldView{field, {at, size}});
      at += size;
    }
  }
  /// The field's JSON, or empty if the row says nothing about it.
  std::string_view find(FieldId wanted) const {
    const char* end = bytes_.data() + bytes_.size();
    for (const char* at = key_.data() + key_.size(); at < end;) {
      auto field = read_number(at);
      auto size = read_number(at);
      if (field >= wanted) return field == wanted ? std::string_view(at, size) : std::string_view();
      at += size;
    }
    return {};
  }

 private:
  std::string_view bytes_;
  std::string_view key_;
  EntityId entity_;
};

inline void RowWriter::copy(const RowView& row, std::string_view key_front,
                            std::string_view key_back) {
  start_ = out_.size();
  out_.append(sizeof(uint32_t), '\0');
  append_number(out_, row.entity());
  append_number(out_, static_cast<uint32_t>(key_front.size() + key_back.size()));
  out_.append(key_front).append(key_back);
  auto key_end = static_cast<std::size_t>(row.key().data() + row.key().size() - row.bytes().data());
  out_.append(row.bytes().substr(key_end));
  end();
}

/// Visits each row of a run of rows.
template <class Visit>
void each_row(std::string_view rows, Visit visit) {
  while (!rows.empty()) {
    RowView row(rows);
    visit(row);
    rows.remove_prefix(row.bytes().size());
  }
}

}  // namespace homeroom::record

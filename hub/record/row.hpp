// Row: one canonical row (a student, an enrollment, an immunization) as packed bytes.
//
// Layout: u16 entity | u16 key size | key | u16 field count | fields, each: u16 field | u32 size |
// bytes. A field's bytes are its value as canonical JSON (text "\"KG\"", date "\"2014-11-03\"",
// bool "true", list "[\"ASIAN\"]"), so that comparing, hashing and writing never convert. Fields
// stand in model order, null fields are left out. A run of rows is their bytes one after another.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace homeroom::record {

class RowView;

using EntityId = uint16_t;  ///< index into Model::entities
using FieldId = uint16_t;   ///< index into Entity::fields

/// Appends rows to a string: begin, then fields in model order, then end.
class RowWriter {
 public:
  explicit RowWriter(std::string& out) : out_(out) {}

  void begin(EntityId entity, std::string_view key) {
    put(entity);
    put(static_cast<uint16_t>(key.size()));
    out_.append(key);
    count_at_ = out_.size();
    put(uint16_t{0});
    count_ = 0;
  }
  /// `json` is the value as canonical JSON.
  void field(FieldId field, std::string_view json) {
    put(field);
    put(static_cast<uint32_t>(json.size()));
    out_.append(json);
    ++count_;
  }
  /// As field(), with the JSON appended by `append(std::string&)`.
  template <class Append>
  void field_by(FieldId field, Append append) {
    put(field);
    std::size_t size_at = out_.size();
    put(uint32_t{0});
    append(out_);
    auto size = static_cast<uint32_t>(out_.size() - size_at - sizeof(uint32_t));
    std::memcpy(out_.data() + size_at, &size, sizeof size);
    ++count_;
  }
  void end() { std::memcpy(out_.data() + count_at_, &count_, sizeof count_); }

  /// Appends the row whole, under a key of two parts.
  void copy(const RowView& row, std::string_view key_front, std::string_view key_back);

 private:
  template <class T>
  void put(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  std::string& out_;
  std::size_t count_at_ = 0;
  uint16_t count_ = 0;
};

struct FieldView {
  FieldId field;
  std::string_view json;
};

/// One row inside packed bytes; views live as long as the bytes.
class RowView {
 public:
  /// Reads the row at the front of `bytes`. The bytes must be whole rows (our own, never hostile).
  explicit RowView(std::string_view bytes) : bytes_(bytes) {
    entity_ = read<uint16_t>(0);
    auto key_size = read<uint16_t>(2);
    key_ = bytes.substr(4, key_size);
    count_ = read<uint16_t>(4 + key_size);
    first_ = 6u + key_size;
    std::size_t at = first_;
    for (uint16_t i = 0; i < count_; ++i) at += 6 + read<uint32_t>(at + 2);
    size_ = at;
  }

  EntityId entity() const { return entity_; }
  std::string_view key() const { return key_; }
  uint16_t fields() const { return count_; }
  /// All bytes of this row.
  std::string_view bytes() const { return bytes_.substr(0, size_); }

  template <class Visit>
  void each(Visit visit) const {
    std::size_t at = first_;
    for (uint16_t i = 0; i < count_; ++i) {
      auto size = read<uint32_t>(at + 2);
      visit(FieldView{read<uint16_t>(at), bytes_.substr(at + 6, size)});
      at += 6 + size;
    }
  }
  /// The field's JSON, or empty if the row says nothing about it.
  std::string_view find(FieldId field) const {
    std::string_view found;
    each([&](FieldView view) {
      if (view.field == field) found = view.json;
    });
    return found;
  }

 private:
  template <class T>
  T read(std::size_t at) const {
    T value;
    std::memcpy(&value, bytes_.data() + at, sizeof value);
    return value;
  }
  std::string_view bytes_;
  std::string_view key_;
  EntityId entity_;
  uint16_t count_;
  std::size_t first_;
  std::size_t size_;
};

inline void RowWriter::copy(const RowView& row, std::string_view key_front,
                            std::string_view key_back) {
  put(row.entity());
  put(static_cast<uint16_t>(key_front.size() + key_back.size()));
  out_.append(key_front).append(key_back);
  out_.append(row.bytes().substr(4 + row.key().size()));
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

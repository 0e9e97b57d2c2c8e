// KeptRows: rows of one entity as rules need them: only the fields they name, each row with the
// student it is about and the place it came from. Columns grow; their memory is given back at the
// end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/arena.hpp"
#include "hub/record/column.hpp"
#include "hub/record/model.hpp"

namespace homeroom::validate {

inline constexpr uint32_t none = UINT32_MAX;
/// Where a field is asked for: the row's key.
inline constexpr record::FieldId key_of_row = UINT16_MAX;

/// A column that grows row by row.
class KeptColumn {
 public:
  explicit KeptColumn(record::Type type) : type_(type) {}

  /// Copies one value; texts are copied into `arena`. Columns of another type count as null.
  void add(const record::Column& from, uint32_t row, record::Arena& arena);
  void add_null();
  void add_text(std::string_view text, record::Arena& arena);
  void add_items(const std::vector<std::string_view>& items, record::Arena& arena);
  /// The value of a type of fixed size.
  template <class T>
  void add_value(const T& value) {
    const auto* bytes = reinterpret_cast<const char*>(&value);
    values_.insert(values_.end(), bytes, bytes + sizeof value);
    end_row(true);
  }

  /// A row as bytes, and from bytes a row more; answers where they ended. skip() only steps over
  /// them.
  void write(std::string& out, uint32_t row) const;
  const char* read(const char* at, record::Arena& arena);
  static const char* skip(const char* at, record::Type type);

  record::Type type() const { return type_; }
  /// What it takes in memory, without the bytes of texts.
  std::size_t bytes() const {
    return values_.capacity() + valid_.capacity() + ends_.capacity() * sizeof(uint32_t);
  }
  /// The same column without rows.
  void clear() { *this = KeptColumn(type_); }
  /// The rows so far; it ends with the next add().
  record::Column column() const;

 private:
  void end_row(bool is_valid);

  record::Type type_;
  std::vector<char> values_;
  std::vector<uint8_t> valid_;
  std::vector<uint32_t> ends_;  ///< of lists
  uint32_t items_ = 0;
};

/// Where rows come from, as a finding says it.
struct Origin {
  std::string source, stream, file;
};

/// A line of an origin; none: not known.
struct RowPlace {
  uint32_t origin = none;
  uint32_t line = 0;
};

struct KeptRows {
  std::vector<KeptColumn*> fields;  ///< by FieldId; nullptr where no rule asks
  std::vector<record::Text> keys;
  std::vector<uint32_t> students;  ///< index into Given::students(), none without one
  std::vector<RowPlace> places;
  std::vector<uint64_t> numbers;  ///< as they were handed in; empty: the same as here
  bool is_given = false;          ///< rows of this entity were handed in, be it none at all
  uint32_t rows() const { return static_cast<uint32_t>(keys.size()); }
  uint64_t number(uint32_t row) const { return numbers.empty() ? row : numbers[row]; }
};

/// The values of `column` at the rows `from`; `none` gives null.
record::Column gather(const record::Column& column, const std::vector<uint32_t>& from,
                      record::Arena& arena);

/// -1, 0 or 1 as the values of two rows follow each other; null comes first. Lists and JSON are not
/// ordered.
int compare(const record::Column& column, uint32_t a, uint32_t b);
/// The same of rows of two columns of one type.
int compare(const record::Column& one, uint32_t a, const record::Column& other, uint32_t b);

/// Whether both say the same, null being equal to null.
bool is_same(const record::Column& column, uint32_t a, uint32_t b);

}  // namespace homeroom::validate

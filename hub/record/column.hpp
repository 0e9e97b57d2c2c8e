// Column: the values of one field for the rows of a batch, as all rooms pass them on.
// Validity is a byte a row (nullptr: every row is valid); null means "nothing is said here".
// Columns own nothing; their memory is an arena's or a plugin's batch, alive until the next batch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/record/text.hpp"

namespace homeroom::record {

enum class Type : uint8_t {
  text,
  boolean,    ///< uint8_t, 0 or 1
  integer,    ///< int64_t
  decimal,    ///< Decimal
  real,       ///< double
  date,       ///< int32_t, days since 1970-01-01
  date_part,  ///< DatePart
  timestamp,  ///< Timestamp
  json,       ///< Text holding one JSON document
  list,       ///< Text items; see Column::ends
};

/// units / 10^scale, exact.
struct Decimal {
  __int128 units;
  int32_t scale;
};

enum class Precision : uint8_t { year, month, day };

/// A date known to a year, a month or a day; `days` is its first day.
struct DatePart {
  int32_t days;
  Precision precision;
};

/// An instant and the offset as written; its date is the local date there.
struct Timestamp {
  int64_t utc_us;          ///< microseconds since 1970-01-01T00:00:00Z
  int16_t offset_minutes;  ///< east of UTC
  bool has_offset;
};

struct Column {
  Type type = Type::text;
  uint8_t stride = 1;  ///< 0: one value for all rows (a literal)
  const void* values = nullptr;
  const uint8_t* valid = nullptr;
  const uint32_t* ends = nullptr;  ///< lists: items of row i are [i ? ends[i-1] : 0, ends[i])

  template <class T>
  const T& at(uint32_t row) const {
    return static_cast<const T*>(values)[static_cast<std::size_t>(row) * stride];
  }
  const Text& text_at(uint32_t row) const { return at<Text>(row); }
  bool is_valid(uint32_t row) const { return !valid || valid[row] != 0; }
};

/// Bytes of one value in Column::values; of a list, of one item.
constexpr std::size_t width_of(Type type) {
  switch (type) {
    case Type::boolean:
      return sizeof(uint8_t);
    case Type::date:
      return sizeof(int32_t);
    case Type::integer:
      return sizeof(int64_t);
    case Type::real:
      return sizeof(double);
    case Type::date_part:
      return sizeof(DatePart);
    case Type::decimal:
      return sizeof(Decimal);
    case Type::timestamp:
      return sizeof(Timestamp);
    case Type::text:
    case Type::json:
    case Type::list:
      break;
  }
  return sizeof(Text);
}

/// Where a row stood in its source, relative to nothing: the file's own line and byte. 0: not
/// known.
struct Place {
  uint64_t offset = 0;
  uint32_t line = 0;
};

/// Rows with named columns. A name of the read that the source does not have has no column.
struct Batch {
  uint32_t rows = 0;
  std::vector<std::string> names;
  std::vector<Column> columns;
  const int64_t* lines = nullptr;    ///< one a row, or null where nothing is known
  const int64_t* offsets = nullptr;  ///< the same
  std::vector<uint8_t> is_gone;  ///< one a row when the source marks removals (_op 'd'), else empty
  uint64_t first_record = 0;     ///< number of the first row's record, from 1

  Place place(uint32_t row) const {
    return {offsets ? static_cast<uint64_t>(offsets[row]) : 0,
            lines ? static_cast<uint32_t>(lines[row]) : 0};
  }
  const Column* find(const std::string& name) const {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == name) return &columns[i];
    return nullptr;
  }
};

}  // namespace homeroom::record

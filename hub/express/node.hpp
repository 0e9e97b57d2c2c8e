// Node: one step of a compiled program, and what a kernel is given to run it over a column.
// A kernel fills the places of the rows it is called for and touches no other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hub/express/express.hpp"

namespace homeroom::express {

using record::Column;
using record::DatePart;
using record::Decimal;
using record::Text;
using record::Timestamp;

/// What was already worked out for a list of rows; Evaluation's own.
struct Known;

/// The rows that count: all of a batch, or an ascending list (the rows that reach a branch).
struct Rows {
  const uint32_t* at = nullptr;  ///< nullptr: rows 0 to all
  uint32_t count = 0;
  uint32_t all = 0;        ///< rows of the batch: size of every column
  Known* known = nullptr;  ///< of a list
  bool whole() const { return at == nullptr; }
};

template <class F>
void each(const Rows& rows, F f) {
  if (rows.whole())
    for (uint32_t row = 0; row < rows.count; ++row) f(row);
  else
    for (uint32_t k = 0; k < rows.count; ++k) f(rows.at[k]);
}

struct RowFault {
  uint32_t row;
  const char* says;
};
/// What a reading kernel answers: nullptr for a value, `absent` for null, else the fault's words.
inline constexpr const char absent[] = "";

/// What a function worked out from its literal arguments when it was compiled.
struct Prepared {
  virtual ~Prepared() = default;
};

struct Node;

struct Call {
  const Node& node;
  Rows rows;
  std::span<const Column> args;
  record::Arena& arena;
  std::vector<RowFault>& faults;

  template <class T>
  T* fresh(Column& out, Type type) {
    T* values = arena.many<T>(rows.all);
    out.type = type;
    out.values = values;
    return values;
  }
  uint8_t* mask() { return arena.many<uint8_t>(rows.all); }
  template <class P>
  const P& prepared() const;
};

using Kernel = Column (*)(Call&);

struct Node {
  enum class Kind : uint8_t { column, literal, kernel, choose, coalesce };
  Kind kind = Kind::kernel;
  Type type = Type::text;
  Kernel kernel = nullptr;
  std::vector<uint32_t> kids;
  uint32_t column = 0;                ///< index into Scope::columns
  bool is_null = false;               ///< the literal null
  bool can_fault = false;             ///< it or a part of it
  bool is_constant = false;           ///< reads no column
  bool has_hashes = false;            ///< it or a part of it
  uint64_t most_bytes = 0;            ///< no text it gives is longer
  std::string word;                   ///< a literal as written, in one form a type
  std::shared_ptr<const void> value;  ///< a literal's value, 16-byte aligned
  std::shared_ptr<const Prepared> prepared;
};

template <class P>
const P& Call::prepared() const {
  return static_cast<const P&>(*node.prepared);
}

/// Calls f.operator()<T>() with the type of a column's values.
template <class F>
auto with_type(Type type, F f) {
  switch (type) {
    case Type::boolean:
      return f.template operator()<uint8_t>();
    case Type::integer:
      return f.template operator()<int64_t>();
    case Type::decimal:
      return f.template operator()<Decimal>();
    case Type::real:
      return f.template operator()<double>();
    case Type::date:
      return f.template operator()<int32_t>();
    case Type::date_part:
      return f.template operator()<DatePart>();
    case Type::timestamp:
      return f.template operator()<Timestamp>();
    default:
      return f.template operator()<Text>();
  }
}

const char* name_of(Type type);

}  // namespace homeroom::express

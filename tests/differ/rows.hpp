// Rows: a small table of random values of every type, given to the expression language as columns
// and to SQL engines as a table.
#pragma once

#include <string>
#include <vector>

#include "hub/express/express.hpp"
#include "tests/differ/dialect.hpp"

namespace homeroom::differ {

using record::Type;

struct Field {
  std::string name;
  Type type = Type::text;
  std::vector<std::string>
      pool;  ///< what its values are drawn from, in the dialect's form; lists: items by '|'
};

/// The fields generated expressions speak of; each pool holds usual values and those at the edges.
const std::vector<Field>& usual_fields();

constexpr int column_scale = 2;  ///< of decimal columns

class Rows {
 public:
  Rows(const std::vector<Field>& fields, uint32_t rows, Random& random);

  uint32_t rows() const { return static_cast<uint32_t>(cells_.size()); }
  /// As columns in the arena, in the order of the fields.
  std::vector<record::Column> columns(record::Arena& arena) const;
  /// create table and insert; the rows are numbered from 0 in column `id`.
  std::vector<std::string> sql(const std::string& table, const Dialect& dialect) const;
  /// One row for people who look for a difference.
  std::string shown(uint32_t row) const;

 private:
  struct Cell {
    bool is_null = false;
    std::string text;
  };
  const std::vector<Field>& fields_;
  std::vector<std::vector<Cell>> cells_;
};

/// The value in the dialects' form: "null", or its text; a decimal as an integer of 10^-scale.
std::string form_of(const record::Column& column, uint32_t row, int scale);

}  // namespace homeroom::differ

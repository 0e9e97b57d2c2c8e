// Filled: how many cells of each column of a stream hold a value. A column that was full yesterday
// and is empty today is an export that broke, not a thousand children without a birth date.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/column.hpp"

namespace homeroom::flow {

class Filled {
 public:
  explicit Filled(std::vector<std::string> columns = {});

  /// The first `rows` of each column, in the order of the names given.
  void add(const std::vector<record::Column>& columns, uint32_t rows);

  /// Of columns (by number) that were not there to be read as much is taken to be filled as before.
  /// The names of those that held something.
  std::vector<std::string> assume(const Filled& before, const std::vector<uint32_t>& absent);

  /// As the store keeps it: numbers and names of columns, no value.
  std::string packed() const;
  /// Nothing kept, or kept by another version: no rows.
  static Filled unpack(std::string_view packed);

  struct Loss {
    std::string column;
    uint64_t cells = 0;  ///< that would hold a value if as many were filled as before
    uint64_t of = 0;     ///< 0: nothing can be compared
    /// By share.
    bool is_worse_than(const Loss& other) const {
      return of != 0 && (other.of == 0 || cells * other.of > other.cells * of);
    }
  };
  /// The column which lost the greatest share of what it held before.
  Loss worst_since(const Filled& before) const;

 private:
  uint64_t cells_of(const std::string& column) const;
  /// How many cells of a column would be filled tonight if as many were as before.
  uint64_t expected(const Filled& before, const std::string& column) const;

  std::vector<std::string> columns_;
  std::vector<uint64_t> cells_;
  uint64_t rows_ = 0;
};

}  // namespace homeroom::flow

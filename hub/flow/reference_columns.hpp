// ReferenceColumns: a reference stream as a mapping looks rows up in it. All of its rows, the same
// for every block; or, where they are as they are kept, those that were named so far.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "hub/flow/reference_pages.hpp"
#include "hub/map/rows.hpp"
#include "hub/record/arena.hpp"

namespace homeroom::flow {

class ReferenceColumns {
 public:
  /// All of them, in columns that lie in `arena`.
  void know(std::vector<RowRef> rows, std::size_t columns, record::Arena& arena);
  /// They are looked for in these pages, by a key of one column.
  void look_up_in(ReferencePages pages, uint32_t key, uint16_t stream, std::size_t columns);

  bool is_looked_up() const { return pages_.has_value(); }
  const std::vector<RowRef>& rows() const { return rows_; }
  RowRef& row(uint32_t number) { return rows_[number]; }
  const map::StreamRows& columns() const { return columns_; }
  /// Those with one of these keys, which ascend, among others that were named before.
  const map::StreamRows& with(const std::vector<std::string_view>& keys, record::Arena& arena);
  void forget_columns() { columns_ = {}; }

  std::vector<map::Fate> fates;  ///< of all of them: the strongest seen so far

 private:
  struct Page {
    std::string bytes;                                      ///< with what a row needs behind it
    std::vector<std::pair<std::string, const char*>> rows;  ///< with their keys
  };
  const Page& page(std::size_t place);
  void add(const char* row, record::Arena& arena);
  void make_room(record::Arena& arena);

  std::vector<RowRef> rows_;
  map::StreamRows columns_;
  // Of those that are looked up:
  std::optional<ReferencePages> pages_;
  uint32_t key_ = 0;
  uint16_t stream_ = 0;
  std::size_t room_ = 0;  ///< rows that the columns have room for
  std::vector<record::Text*> texts_;
  std::vector<uint8_t*> valid_;
  std::unordered_map<std::size_t, Page> open_;  ///< by place; rows point into them
  std::unordered_set<std::string> named_;
};

}  // namespace homeroom::flow

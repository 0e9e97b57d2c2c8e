// ReferencePages: the rows of a reference stream as they are kept, some dozens to a page in the
// order of their keys, which is mostly that of schools: a night finds the classes of a child on a
// page or two. Where a page ends is decided by its keys alone, so that a row that comes or goes
// changes the page it lies on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/frame.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

class ReferencePages {
 public:
  /// Which pages there are. A store of before has all rows in one piece.
  ReferencePages(store::Store& store, uint32_t source, std::string stream);

  bool are_pages() const { return whole_.empty(); }
  /// All rows, one behind the other.
  std::string all() const;
  static constexpr std::size_t nowhere = SIZE_MAX;
  /// The page on which a row of this key lies if there is one. Only of pages.
  std::size_t place_of(std::string_view key) const;
  std::string page(std::size_t place) const;
  /// Stages these rows instead; `key` are the columns that name them. Pages that are as they were
  /// are not written.
  void replace(const std::vector<RowRef>& rows, const std::vector<uint32_t>& key);

 private:
  struct Entry {
    std::string first;    ///< key
    uint64_t hash = 0;    ///< of its bytes
    uint32_t number = 0;  ///< in its name
  };
  std::string name_of(uint32_t number) const;
  void save() const;

  store::Store& store_;
  uint32_t source_;
  std::string stream_;
  std::string whole_;  ///< of a store of before
  std::vector<Entry> entries_;
  uint32_t end_ = 0;  ///< of the numbers that were given
};

}  // namespace homeroom::flow

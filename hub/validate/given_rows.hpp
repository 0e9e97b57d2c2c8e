// GivenRows: everything that was handed in, and who it is about.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/validate/kept_rows.hpp"
#include "hub/validate/rules.hpp"

namespace homeroom::validate {

struct GivenRows {
  struct Unreadable {
    record::EntityId entity;
    record::FieldId field;
    uint32_t student;
    RowPlace place;
  };

  record::Arena arena;
  std::deque<KeptColumn> columns;
  std::vector<KeptRows> entities;  ///< by EntityId
  std::vector<Origin> origins;
  std::vector<Unreadable> unreadable;

  std::deque<std::string> students;  ///< their keys, in the order in which they were met
  std::unordered_map<std::string_view, uint32_t> student_index;
  std::vector<uint64_t>
      ranks;  ///< of students, where others were met before them; empty: the same as here

  /// Columns for the fields that rules ask for.
  explicit GivenRows(const Pack::Plan& plan);
  uint64_t rank(uint32_t student) const {
    return student == none ? UINT64_MAX : ranks.empty() ? student : ranks[student];
  }
  /// What it takes in memory, about.
  std::size_t bytes() const;
  /// Lets go of all rows and students; what was looked for, and origins, stay.
  void clear();

  /// The number of a student, met before or new.
  uint32_t student(std::string_view key);
  record::Column field(record::EntityId entity, record::FieldId id) const;
};

}  // namespace homeroom::validate

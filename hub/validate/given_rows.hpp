// GivenRows: everything that was handed in, and who it is about.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/validate/kept_rows.hpp"

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

  /// The number of a student, met before or new.
  uint32_t student(std::string_view key);
  record::Column field(record::EntityId entity, record::FieldId id) const;
};

}  // namespace homeroom::validate

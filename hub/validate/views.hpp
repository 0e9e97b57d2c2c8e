// Views: rows of an entity by student and in a given order, and the part of them that is looked at
// now.
#pragma once

#include <map>
#include <vector>

#include "hub/validate/given_rows.hpp"

namespace homeroom::validate {

/// Row numbers of an entity, sorted by student, then by the fields of the order (null first), then
/// as they came. Rows about nobody stand at the end, as those of one more student.
struct View {
  record::EntityId entity = 0;
  std::vector<uint32_t> order;
  std::vector<uint32_t> begin;  ///< of each student; one more than students plus one
};

class Views {
 public:
  explicit Views(const GivenRows& given) : given_(given) {}
  const View& view(record::EntityId entity, const std::vector<record::FieldId>& fields);

 private:
  View make(record::EntityId entity, const std::vector<record::FieldId>& fields) const;

  const GivenRows& given_;
  std::map<std::pair<record::EntityId, std::vector<record::FieldId>>, View> views_;
};

/// Students [first, last); students() itself stands for rows about nobody.
struct Students {
  uint32_t first = 0;
  uint32_t last = 0;
};

/// The rows of some students in a view.
struct Part {
  std::vector<uint32_t> rows;      ///< row numbers of the entity
  std::vector<uint32_t> previous;  ///< row before, of the same student, or none
  std::vector<uint32_t> students;  ///< counted from Students::first, none where it is about nobody
};
Part part_of(const View& view, Students students, uint32_t all_students);

}  // namespace homeroom::validate

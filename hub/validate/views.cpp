#include "hub/validate/views.hpp"

#include <algorithm>

namespace homeroom::validate {

const View& Views::view(record::EntityId entity, const std::vector<record::FieldId>& fields) {
  auto found = views_.find({entity, fields});
  if (found != views_.end()) return found->second;
  return views_.emplace(std::pair(entity, fields), make(entity, fields)).first->second;
}

/// One pass counts, one pass deals out; only the few rows of one student are then sorted.
View Views::make(record::EntityId entity, const std::vector<record::FieldId>& fields) const {
  const auto& kept = given_.entities[entity];
  auto nobody = static_cast<uint32_t>(given_.students.size());
  auto student_of = [&](uint32_t row) {
    return kept.students[row] == none ? nobody : kept.students[row];
  };
  View view;
  view.entity = entity;
  view.begin.assign(nobody + 2, 0);
  for (uint32_t row = 0; row < kept.rows(); ++row) ++view.begin[student_of(row) + 1];
  for (uint32_t s = 0; s <= nobody; ++s) view.begin[s + 1] += view.begin[s];
  view.order.resize(kept.rows());
  auto next = view.begin;
  for (uint32_t row = 0; row < kept.rows(); ++row) view.order[next[student_of(row)]++] = row;
  std::vector<record::Column> columns;
  for (auto field : fields) columns.push_back(given_.field(entity, field));
  auto is_before = [&](uint32_t a, uint32_t b) {
    for (const auto& column : columns)
      if (auto way = compare(column, a, b)) return way < 0;
    return a < b;
  };
  if (!columns.empty())
    for (uint32_t s = 0; s <= nobody; ++s)
      std::sort(view.order.begin() + view.begin[s], view.order.begin() + view.begin[s + 1],
                is_before);
  return view;
}

Part part_of(const View& view, Students students, uint32_t all_students) {
  Part part;
  for (auto s = students.first; s < students.last; ++s)
    for (auto i = view.begin[s]; i < view.begin[s + 1]; ++i) {
      part.rows.push_back(view.order[i]);
      part.previous.push_back(i > view.begin[s] ? view.order[i - 1] : none);
      part.students.push_back(s == all_students ? none : s - students.first);
    }
  return part;
}

}  // namespace homeroom::validate

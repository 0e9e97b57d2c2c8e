// Doubt: what is said with a row about the row itself. Behind the rows of a contribution stands,
// for each row of which values have a finding, one row more: which fields, and by which rule.
#pragma once

#include <string>
#include <string_view>

#include "hub/record/row.hpp"

namespace homeroom::record {

/// The entity number of such rows; no entity of a model has it. Its key is key_of_doubt(), its
/// fields are those with a finding, each with the name of the rule as a JSON text.
inline constexpr EntityId doubt_entity = 0xffff;

/// Replaces `key` by the key under which the doubts of a row stand.
inline void key_of_doubt(EntityId entity, std::string_view row_key, std::string& key) {
  key.clear();
  append_number(key, entity);
  key.append(row_key);
}

inline void key_of_doubt(const RowView& row, std::string& key) {
  key_of_doubt(row.entity(), row.key(), key);
}

}  // namespace homeroom::record

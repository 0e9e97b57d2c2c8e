#include "hub/map/far_working.hpp"

namespace homeroom::map {

const uint32_t* numbers_of(const Relation& relation) {
  for (const auto& part : relation.parts)
    if (part.stream == numbers_stream) return part.rows;
  return nullptr;
}

KeysOf keys_of_columns(const std::vector<uint32_t>& columns) {
  return [columns](const Relation& rows, record::Arena&) {
    std::vector<record::Column> keys;
    for (auto column : columns) keys.push_back(rows.columns[column]);
    return keys;
  };
}

}  // namespace homeroom::map

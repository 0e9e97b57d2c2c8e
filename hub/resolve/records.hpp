// Records: what is known of each person, as small numbers in rows; each distinct value stands once
// in a dictionary. Rows stand in an order that depends on what records say, never on the order of
// files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hub/resolve/dictionary.hpp"
#include "hub/resolve/identity.hpp"

namespace homeroom::resolve {

/// One feature of all records. Given, middle and family names share a dictionary, so that they can
/// be compared with each other.
struct FeatureColumn {
  Role role = Role::other;
  std::string name;
  std::shared_ptr<Dictionary> values;
  uint64_t known = 0;         ///< records that have a value
  uint64_t unreadable = 0;    ///< values that were there and could not be read
  uint64_t impossible = 0;    ///< dates that no calendar has; they are compared as written
  std::string unreadable_at;  ///< where the first of them stands, "students.csv:17"
  std::string impossible_at;
};

/// What a group's column says of all records; only reports look at it.
struct GroupColumn {
  std::string name;
  Dictionary values;
  std::vector<uint32_t> of;  ///< by record; 0: nothing is said
};

struct Records {
  static constexpr uint32_t none = UINT32_MAX;

  std::vector<FeatureColumn> features;
  std::vector<GroupColumn> groups;
  uint32_t count = 0;
  uint32_t width = 0;  ///< numbers a row: the features, then the source
  std::vector<uint32_t> rows;
  std::vector<std::string> sources;
  std::vector<uint32_t> input;    ///< by row: the position in which the record was added
  std::vector<record::Text> ids;  ///< by position in which it was added
  std::shared_ptr<record::Arena> id_bytes;
  bool are_ids_unique = true;  ///< over all sources
  uint64_t shortened = 0;      ///< values of more than 1,000 bytes, of which the first were taken

  const uint32_t* row(uint32_t record) const { return rows.data() + std::size_t{record} * width; }
  uint32_t source(uint32_t record) const { return row(record)[width - 1]; }
  const record::Text& id(uint32_t record) const { return ids[input[record]]; }
  /// The first feature of this role, or none.
  uint32_t find(Role role) const;
};

}  // namespace homeroom::resolve

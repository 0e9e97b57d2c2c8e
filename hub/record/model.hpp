// Model: the canonical entities and fields that mappings fill and everything after them speaks of.
// It is data (configs/model.yaml plus a district's own file); this header is its checked form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/column.hpp"
#include "hub/record/row.hpp"

namespace homeroom::record {

/// How much of a person a field tells; docs and policy use these words and no others.
/// Empty: not about a person.
using DataClass = std::string;

struct OptionSet {
  std::string name;
  std::vector<std::string> codes;  ///< sorted
};

struct Field {
  std::string path;  ///< dotted: "name.first", "identifiers.district", "addresses.home.line"
  Type type = Type::text;
  bool is_required = false;
  std::string options;  ///< name of an option set, empty if free
  DataClass data_class;
  std::string ceds;       ///< six-digit CEDS global id, empty if none
  std::string refers_to;  ///< entity whose key the value is, empty if it is no reference
  uint32_t longest = 0;   ///< most characters, 0 = no limit
  std::string says;       ///< one sentence for people
};

struct Entity {
  std::string name;            ///< "enrollment", as mappings write it
  std::string property;        ///< "enrollments", as the profile JSON writes it; empty for student
  bool is_of_student = false;  ///< rows belong to a student; else reference data of the district
  std::vector<std::string> united_by;  ///< fields that make rows of several sources one fact
  std::vector<Field> fields;           ///< in the order in which the JSON writes them
  DataClass data_class;                ///< of fields that do not say their own
  int32_t united_within_days = 0;      ///< how far the last of united_by, a date, may be apart
  /// Fields in which rows of several sources are one fact while their spans overlap.
  std::vector<std::string> spans_united_by;

  std::optional<FieldId> find(std::string_view path) const;
};

struct Model {
  std::vector<Entity> entities;
  std::vector<OptionSet> options;

  std::optional<EntityId> find(std::string_view entity) const;
  const OptionSet* option_set(std::string_view name) const;
};

/// When a row holds: from its first day to its last; a day on which something happened is both.
struct Span {
  std::optional<FieldId> start, end;
};
/// The span of an entity, by the names of its dates: start and end, entryDate and exitDate, else
/// date, onset or givenOn for the first day.
Span span_of(const Entity& entity);

/// The entity every profile starts from.
inline constexpr std::string_view student_entity = "student";

}  // namespace homeroom::record

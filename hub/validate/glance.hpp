// Glance: what rules see while they look at some students: columns made once, shared by all rules.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "hub/validate/doses.hpp"
#include "hub/validate/pack.hpp"
#include "hub/validate/views.hpp"

namespace homeroom::validate {

/// Rows of an entity by the values of some fields; made once for a whole judgement.
class LookupIndexes {
 public:
  explicit LookupIndexes(const GivenRows& given) : given_(given) {}
  /// The row with equal values, or none. Null equals nothing; of several rows it is the first.
  uint32_t find(const Lookup& lookup, record::EntityId here, uint32_t row);

 private:
  using Index = std::unordered_map<std::string, uint32_t>;
  const Index& index(const Lookup& lookup);
  bool write_key(std::string& key, record::EntityId entity,
                 const std::vector<record::FieldId>& fields, uint32_t row);

  const GivenRows& given_;
  std::map<std::pair<record::EntityId, std::vector<record::FieldId>>, Index> indexes_;
};

/// Everything that stays the same for all glances of a judgement.
struct Sight {
  Pack::Plan& plan;
  GivenRows& given;
  Views views;
  LookupIndexes lookups;
  std::vector<uint32_t> student_rows;  ///< by student: its row of the student entity, or none
  uint32_t students = 0;
  const GivenRows* before = nullptr;  ///< profiles before this run, where they are known
  std::vector<uint32_t> rows_before;  ///< by student: its row of the student entity there, or none

  Sight(Pack::Plan& plan, GivenRows& given, const GivenRows* before);
};

class Glance {
 public:
  Glance(Sight& sight, Students students, record::Arena& arena)
      : sight_(sight), students_(students), arena_(arena) {}

  struct Seen {
    record::EntityId entity = 0;
    Part part;
    std::vector<uint32_t> student_rows;  ///< one a row
    std::map<std::tuple<ScopeColumn::From, uint32_t, uint32_t>, record::Column> columns;
  };
  Seen& see(record::EntityId entity, const std::vector<record::FieldId>& order);

  /// Where the condition is true, one a row. Nothing there: true everywhere.
  std::vector<uint8_t> holds(const std::optional<Condition>& condition, Seen& seen,
                             const std::vector<Lookup>& lookups);
  /// The measure of each student.
  const record::Column& measure(uint32_t index);

 private:
  record::Column column(const ScopeColumn& column, Seen& seen, const std::vector<Lookup>& lookups);
  record::Column make(const ScopeColumn& column, Seen& seen);
  record::Column keys(record::EntityId entity, const std::vector<uint32_t>& rows);
  record::Column sources(record::EntityId entity, const std::vector<uint32_t>& rows);
  const DoseColumns& series(uint32_t index);
  uint32_t size() const { return students_.last - students_.first; }

  Sight& sight_;
  Students students_;
  record::Arena& arena_;
  std::map<std::pair<record::EntityId, std::vector<record::FieldId>>, Seen> seen_;
  std::map<uint32_t, record::Column> measures_;
  std::map<uint32_t, DoseColumns> series_;
};

}  // namespace homeroom::validate

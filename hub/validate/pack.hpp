// Pack: a rule pack as it is run. Everything is an index into the model here; names and YAML are
// gone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hub/express/express.hpp"
#include "hub/record/model.hpp"
#include "hub/settings/node.hpp"
#include "hub/validate/kept_rows.hpp"
#include "hub/validate/rules.hpp"
#include "hub/validate/text_set.hpp"

namespace homeroom::validate {

/// A column an expression may name, and where its values come from.
struct ScopeColumn {
  enum class From : uint8_t {
    own,          ///< a field of the row
    key,          ///< the row's key
    source,       ///< the source the row came from
    student,      ///< a field of the student's own row
    student_key,  ///< its key; null where no student row was given
    previous,     ///< a field of the row before in the rule's order
    previous_source,
    measure,  ///< index into Pack::measures
    series,   ///< index into Pack::series, `part` says what of it
    lookup,   ///< a field of the row found; `part`: which look-up of the rule
    lookup_key,
    group,         ///< what the rows of a run's rule are counted by
    before,        ///< a measure as the earlier run had it
    field_before,  ///< a field of the student as the profile before this run had it
  };
  From from = From::own;
  uint32_t index = 0;
  uint32_t part = 0;
  record::Type type = record::Type::text;
  std::string name;
};

/// One expression of a rule with the columns it can see.
struct Condition {
  std::shared_ptr<express::Program> program;
  express::Compiled compiled;
  std::shared_ptr<const std::vector<ScopeColumn>> scope;
};

/// A number, date or code made of the rows of one student, or of a whole run.
struct Measure {
  enum class Kind : uint8_t { count, distinct, sum, min, max, first, last, any, all };
  std::string name;
  Kind kind = Kind::count;
  record::EntityId entity = 0;
  std::optional<record::FieldId> field;
  std::optional<record::FieldId> by;
  std::optional<Condition> where;
  record::Type type = record::Type::integer;
};

/// A time on the calendar: "28 days", "1 year".
struct Duration {
  int32_t days = 0;
  int32_t months = 0;
};
int32_t later(int32_t day, const Duration& by);

/// Doses of one vaccine, counted only where age and distance allow it.
struct Series {
  struct Dose {
    std::optional<Duration> age, after, after_first;
  };
  std::string name;
  record::EntityId entity = 0;
  record::FieldId date = 0;
  std::optional<Condition> where;
  std::vector<Dose> doses;  ///< the last stands for all that follow
};
enum class SeriesPart : uint32_t { doses, first, last };

/// The row of another entity with equal values.
struct Lookup {
  std::string name;
  record::EntityId entity = 0;
  std::vector<std::pair<record::FieldId, record::FieldId>> by;  ///< there, here
};

struct Rule {
  enum class Check : uint8_t { wrong, unreadable, unlisted, same, overlap, gap };
  RuleText text;
  Check check = Check::wrong;
  bool is_of_run = false;
  std::optional<record::EntityId> entity;  ///< nothing for a rule of the whole run
  std::string per;                         ///< of a run: counted by this field
  std::optional<Condition> where, wrong;
  std::vector<record::FieldId> fields;  ///< unreadable, unlisted, same
  TextSet listed;                       ///< unlisted: the codes there are
  bool is_same_across_students = false;
  record::FieldId start = 0, end = 0;  ///< overlap, gap
  int64_t days = 0;                    ///< a gap is longer than this
  std::vector<record::FieldId> order;  ///< rows of a student stand in this order
  std::vector<record::FieldId> by;     ///< overlap, gap: apart for each value of these
  std::vector<Lookup> lookups;
  std::vector<uint32_t> measures;  ///< of a run
  std::set<record::EntityId> needs;
  bool needs_before = false;          ///< of a run: measures of the earlier one
  bool needs_profile_before = false;  ///< of a student: what the profile said before this run
};

/// How much of a full-time student the spans of a student come to.
struct FteRule {
  record::EntityId entity = 0;
  record::FieldId start = 0, end = 0, percent = 0, school = 0;
  struct Calendar {
    record::EntityId entity = 0;
    record::FieldId school = 0, date = 0, minutes = 0;
  };
  std::optional<Calendar> calendar;
};

struct Pack::Plan {
  record::Model model;
  std::string name, says;
  int64_t fiscal_year = 0;
  std::map<std::string, express::CodeTable> codes;
  std::map<std::string, std::string> parameters;
  std::vector<Measure> measures;
  std::vector<Series> series;
  std::vector<Rule> rules;
  std::optional<uint32_t> school;  ///< the measure that names a student's school
  std::optional<FteRule> fte;
  std::vector<std::vector<uint8_t>> is_used;  ///< [entity][field]: rules ask for it
  std::optional<record::EntityId> student, organization;
  int32_t run_date = 0;
};

/// Reads and compiles; throws fix_settings with the place of the first mistake.
std::unique_ptr<Pack::Plan> compile_pack(const PackFiles& files, const Switches& switches,
                                         const std::map<std::string, std::string>& parameters);

}  // namespace homeroom::validate

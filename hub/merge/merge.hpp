// merge: the contributions of all sources to one child become one profile. Pure functions.
//
// A profile is a run of canonical rows (record/row.hpp), ready to be filtered and written:
// one `student` row for each source that won a field, its key the source's name, holding the fields
// it won; then the rows of all other entities of the student in model order, key = source, U+001F,
// the row's own key, sorted by (entity, united fields, key).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/record/row.hpp"

namespace homeroom::merge {

/// What one source says of the child: canonical rows, and when it was heard (days; later is newer).
struct Contribution {
  uint32_t source = 0;  ///< index into the names given to Merger
  std::string_view rows;
  int32_t heard = 0;
};

/// One field as explain tells it.
struct Choice {
  record::EntityId entity = 0;
  record::FieldId field = 0;
  uint32_t source = 0;        ///< whose value stands
  std::string why;            ///< "sis stands first in trust.default"
  struct Other {
    uint32_t source = 0;
    std::string relation;     ///< "the same", "differs", "differs: day and month swapped"; never a value
  };
  std::vector<Other> others;
};

class Merger {
 public:
  /// `trust`: "default", entity or field path -> source names, most trusted first. A source that a
  /// list does not name comes after those it names, in the order of `sources`.
  Merger(const record::Model& model, std::vector<std::string> sources,
         const std::map<std::string, std::vector<std::string>>& trust);

  /// The profile rows. The code `unknown` loses to any known value; null never competes.
  std::string merge(std::span<const Contribution> contributions) const;
  std::vector<Choice> explain(std::span<const Contribution> contributions) const;

 private:
  const record::Model& model_;
  std::vector<std::string> sources_;
  std::vector<std::vector<std::vector<uint32_t>>> rank_;  ///< [entity][field or 0][source] -> rank
};

/// Writes the profile as canonical JSON: {"id":..., student fields nested by their dotted paths, then
/// each other entity of the student as an array under its property}. Null fields are left out.
class ProfileWriter {
 public:
  explicit ProfileWriter(const record::Model& model);
  /// Appends one document without a line end. `may_show(row, field)` decides field by field
  /// (show everything: pass nullptr); `replace(row, field, json)` may give other JSON for a masked one.
  struct Filter {
    virtual ~Filter() = default;
    /// False: the whole row is left out.
    virtual bool admits(const record::RowView& row) = 0;
    /// The JSON to write for the field, empty to leave it out.
    virtual std::string_view admit(const record::RowView& row, record::FieldView field) = 0;
  };
  void write(std::string& out, std::string_view id, std::string_view rows, Filter* filter) const;

 private:
  const record::Model& model_;
  struct Step;
  std::vector<std::vector<std::vector<std::string>>> paths_;  ///< [entity][field] -> segments
};

/// JSON Schema 2020-12 of the profile documents of a model.
std::string profile_schema(const record::Model& model);

}  // namespace homeroom::merge

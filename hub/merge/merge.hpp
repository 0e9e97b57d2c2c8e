// merge: the contributions of all sources to one child become one profile. Pure functions.
//
// A profile is a run of canonical rows (record/row.hpp), ready to be filtered and written by
// record/profile.hpp: one `student` row for each source that won a field, its key the source's
// name, holding the fields it won ("correction" for what a person set, with the names of the
// sources that say the same: "correction+sis"); then the rows of all other entities of the student
// in model order, key = source, U+001F, the row's own key, sorted by (entity, united fields, key).
//
// Rows of other entities are united over the sources, never chosen: what one source does not say
// stays because another says it. Only rows of several sources that are equal in the entity's
// `united_by` fields (the last of them, a date, `united_within` some days), or equal in its
// `spans_united_by` fields with spans that overlap, are one fact and become one row. It has the key
// of the most trusted row; its source part names every source of which a value stands in it
// ("clinic+sis"), so that the strictest regime can follow the values.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/merge/findings.hpp"
#include "hub/merge/relation.hpp"
#include "hub/record/model.hpp"
#include "hub/record/row.hpp"

namespace homeroom::merge {

/// What one source says of the child: canonical rows, behind them what is doubted of them
/// (record/doubt.hpp), and when it was heard (days; later is newer).
struct Contribution {
  uint32_t source = 0;  ///< index into the names given to Merger; one more: what a person corrected
  std::string_view rows;
  int32_t heard = 0;
};

/// The relation of equal values.
inline constexpr std::string_view the_same = "the same";

/// One field as explain tells it.
struct Choice {
  record::EntityId entity = 0;
  record::FieldId field = 0;
  uint32_t source = 0;  ///< whose value stands; as many as there are sources: a person's correction
  std::string why;      ///< "sis stands first in trust.default"
  struct Other {
    uint32_t source = 0;
    std::string
        relation;  ///< "the same", "differs", "differs: day and month swapped"; never a value
  };
  std::vector<Other> others;
};

/// One row of a profile, but for the student's, as explain tells it.
struct RowChoice {
  struct Part {
    uint32_t source = 0;
    std::string key;  ///< of the row in its source
  };
  record::EntityId entity = 0;
  std::vector<Part> parts;     ///< the rows that are this one fact, the most trusted first
  std::vector<Choice> fields;  ///< those that anybody says, in model order
};

class Merging;
class Trust;

class Merger {
 public:
  /// `trust`: "default", an entity ("immunization"), its property ("immunizations"), a student
  /// field or object of fields ("birthDate", "name") or "enrollment.gradeLevel" -> source names,
  /// most trusted first. The most exact list counts; sources it does not name follow in the order
  /// of "default"; those that neither names are trusted alike, and of them the value heard last
  /// stands, then the one that most say, then the one of the source that comes first in `sources`.
  /// Throws for a list of a field or source that is not there.
  /// With `Findings::ignored` a value with a finding competes like any other.
  Merger(const record::Model& model, std::vector<std::string> sources,
         const std::map<std::string, std::vector<std::string>>& trust,
         Findings findings = Findings::lower);
  ~Merger();

  /// The profile rows. What a person corrected stands above everything. The code `unknown` loses to
  /// any known value; what a row leaves out never competes; a value `null` says that nobody's value
  /// holds, and if it wins the field is empty. Empty lists and `false` are values. A protection (a
  /// yes/no of class safety) that one source states stands, whoever is trusted more. The order of
  /// the contributions does not matter.
  ///
  /// Replaces `rows`; for one thread at a time.
  void merge(std::span<const Contribution> contributions, std::string& rows);

  /// Why each student field has its value, in model order.
  std::vector<Choice> explain(std::span<const Contribution> contributions) const;
  /// The same for the rows of all other entities, in the order of merge(). For one thread at a
  /// time.
  std::vector<RowChoice> explain_rows(std::span<const Contribution> contributions);

 private:
  const record::Model& model_;
  std::unique_ptr<const Trust> trust_;
  Findings findings_;
  std::unique_ptr<Merging> merging_;  ///< keeps its memory from child to child
};

/// JSON Schema 2020-12 of the profile documents of a model.
std::string profile_schema(const record::Model& model);

}  // namespace homeroom::merge

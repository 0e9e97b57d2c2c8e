// explain: where one field of a profile came from, and who gets it. Never a value, only its shape.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/flow/explained_pair.hpp"
#include "hub/flow/inspect.hpp"

namespace homeroom::flow {

/// What another source says of the field.
struct OtherVoice {
  std::string source;
  std::string relation;  ///< "the same", "differs: day and month swapped"
  std::string where;     ///< "demographics line 8,112", empty if it cannot be told
};

/// What one destination gets of the field.
struct FieldSharing {
  std::string destination;
  std::string effect;  ///< "as it is", "masked", "not sent"
  std::string says;    ///< the rule or the setting that decides
};

struct FieldStory {
  std::string field;       ///< "birthDate", "enrollment.gradeLevel", "enrollments[0].gradeLevel"
  std::string shape;       ///< JSON of the shape; empty when several rows hold the field
  std::string source;      ///< who says so; "correction" for a person's own value
  std::string where;       ///< stream and line of its record, empty if it cannot be told
  std::string place;       ///< file:line of the mapping, empty if the mapping changed since the run
  std::string expression;  ///< as the mapping writes it
  std::string why;         ///< why this source's value stands
  std::string corrected;   ///< who corrected it, when, until when and why; empty if nobody did
  std::vector<OtherVoice> others;
  std::vector<FieldSharing> shared_with;
};

/// A record of another source that was found to speak of the same child.
struct LinkStory {
  std::string source;
  std::string evidence;               ///< strong, plain
  std::string decided;                ///< who decided it, when and why; empty: it was recognised
  float weight = 0;                   ///< with which it was recognised: log2 of the odds
  std::optional<ExplainedPair> pair;  ///< what was weighed, unless the identity file was changed
};

struct Explanation {
  std::vector<FieldStory> fields;
  std::vector<LinkStory> links;
  uint64_t changed_in = 0;  ///< run that last changed the profile
};

/// `field` is a field of the student ("birthDate"), an object of fields ("name"), an entity
/// ("enrollment", "enrollments") or its field ("enrollment.gradeLevel"), a row as the profile
/// counts them ("immunizations[2]") or its field ("enrollments[0].gradeLevel"); empty: every field
/// that has a value. Throws Error(fix_settings) for a field the model does not have, with "did you
/// mean".
Explanation explain(const Hub& hub, store::Store& store, const Student& student,
                    const std::string& field);

}  // namespace homeroom::flow

// Policy: the rules of the policy files as data, checked. What rules say of one class for one
// destination is worked out in plan.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hub/govern/fields.hpp"
#include "hub/govern/words.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::govern {

/// What a rule does. The later, the less is left.
enum class Effect : uint8_t {
  allow,
  mask,       ///< some fields in part, `keep` whole, nothing else
  redact,     ///< the fields under `keep`, nothing else
  pseudonym,  ///< never in a push: nothing goes
  aggregate,  ///< never in a push: nothing goes
  deny,
};

/// What has to be true of a child and a destination. In a push some can never be.
struct Condition {
  enum class Kind : uint8_t {
    relation,     ///< the child is on the caseload of a reader, or a pupil of a reader's school
    consent,      ///< of `scope`, for `recipient`
    agreement,    ///< the destination's agreement is live and of this kind
    active_need,  ///< a homelessness episode is going on
    active_placement,  ///< a foster placement is going on
    by_hand,           ///< a person has to do it: never in a push
  };
  Kind kind = Kind::by_hand;
  std::string word;       ///< as written: "my-caseload"
  std::string scope;      ///< of a consent, or the kind of an agreement
  std::string recipient;  ///< of a consent
};

struct Rule {
  std::string name;  ///< "federal 33"
  std::string id;    ///< "33"
  ClassSet classes = 0;
  bool names_classes = false;          ///< false: written `*`
  std::vector<std::string> purposes;   ///< empty: any
  std::vector<std::string> audiences;  ///< empty: any
  bool when_held_outside = false;      ///< also for any audience if the holder is not the district
  std::vector<std::string>
      lifted_by_counsel;  ///< audiences for which the agreement's counsel lifts it
  Effect effect = Effect::deny;
  std::vector<std::vector<Condition>> when;                   ///< all of them, each "this or that"
  std::vector<std::string> overridable_by;                    ///< ids
  std::optional<std::vector<std::string>> overrides_all_but;  ///< ids of denies that stay
  FieldSet keep;
  FieldSet year_only;           ///< masked to the year of a date
  FieldSet last_four;           ///< masked to the last four characters
  std::optional<int32_t> ends;  ///< last day
  std::string says;
  std::string meaning;  ///< all of the above as one text, for the digest

  bool speaks_of(ClassId id_of_class) const { return (classes & only(id_of_class)) != 0; }
};

/// Reads the files in order. Throws with file and line for a word outside the vocabulary, a rule id
/// that stands twice, a missing basis or owner, a field that is not there.
std::vector<Rule> load_policy(const std::vector<std::filesystem::path>& files,
                              const Fields& fields);

/// The same for one file that is read already.
void add_rules(std::vector<Rule>& rules, const settings::Node& file, const Fields& fields);

std::string to_text(Effect effect);

}  // namespace homeroom::govern

// Plan: what all rules together say of each class of data for one destination. The default is no.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hub/govern/facts.hpp"
#include "hub/govern/policy.hpp"

namespace homeroom::govern {

/// Whose eyes, whose computer, why, and under which paper.
struct Audience {
  std::string read_by;
  std::string held_by;
  std::string purpose;
  std::string destination;
  std::string agreement_kind;  ///< of a live agreement, else empty
  bool is_held_outside = false;
  bool has_counsel = false;
  bool serves_all_schools = false;
};

struct Verdict {
  Effect effect = Effect::deny;
  const Rule* rule = nullptr;  ///< nullptr: no rule matched, which denies (rule 62)
};

class Plan {
 public:
  /// Keeps rules of `rules`, which must outlive the plan and not move. A rule that is over on
  /// `run_date` does not match.
  Plan(std::span<const Rule> rules, Audience audience, int32_t run_date);

  /// A matching deny wins unless it is lifted; else the most exact rule whose conditions hold, of
  /// equally exact ones the strictest.
  Verdict verdict(ClassId id, const Facts& facts) const;

  /// Rules that could let the class through, if their conditions hold.
  const std::vector<const Rule*>& allowing(ClassId id) const { return classes_[id].others; }
  /// First day on which a rule of this plan is over.
  std::optional<int32_t> changes_on() const { return changes_on_; }
  /// Whether the child or the child's parents opted out of what this destination is.
  bool is_opted_out(const Facts& facts) const;
  /// Whether a live consent of that scope names the recipient (`recipient`: the holder or the
  /// destination itself) and the class.
  bool has_consent(const Facts& facts, const std::string& scope, const std::string& recipient,
                   ClassId id) const;

  const Audience& audience() const { return audience_; }

 private:
  struct Deny {
    const Rule* rule;
    std::vector<const Rule*> lifters;
  };
  struct OfClass {
    std::vector<Deny> denies;
    std::vector<const Rule*> others;  ///< most exact first, then strictest
  };

  bool speaks_to(const Rule& rule) const;
  bool is_lifted_by_counsel(const Rule& rule) const;
  OfClass of_class(ClassId id, std::span<const Rule* const> rules) const;
  bool holds(const Rule& rule, ClassId id, const Facts& facts) const;
  bool holds(const Condition& condition, ClassId id, const Facts& facts) const;

  Audience audience_;
  std::string role_json_;
  std::vector<OfClass> classes_;
  std::optional<int32_t> changes_on_;
};

}  // namespace homeroom::govern

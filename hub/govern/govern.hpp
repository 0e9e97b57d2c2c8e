// govern: what of a profile a destination may have. Default deny: no rule, no share; policy,
// consent and agreement may only take away from what the destination asks for (`send`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/finding.hpp"
#include "hub/record/model.hpp"
#include "hub/settings/workspace.hpp"

namespace homeroom::govern {

enum class Outcome : uint8_t {
  out_of_scope,  ///< not among the destination's students
  withheld,      ///< policy, consent or agreement leaves nothing
  shared,
};

struct Share {
  Outcome outcome = Outcome::withheld;
  uint32_t fields_withheld =
      0;             ///< distinct asked-for fields that are in the profile and stay back
  std::string body;  ///< canonical JSON, with Outcome::shared
  std::optional<int32_t> changes_on;  ///< next date on which the answer changes by itself
};

/// A profile as govern sees it: rows as merge makes them.
struct ProfileView {
  std::string_view id;
  std::string_view rows;
  bool has_only_strong_links = false;  ///< every source in it is linked by strong evidence
  /// Sources whose link is strong, by name, so that health, housing, child-welfare and safety of a
  /// source with a plain link stay back.
  const std::vector<std::string>* strong_sources = nullptr;
};

/// Why a field goes or stays, for explain and for the disclosure record.
struct FieldRuling {
  record::EntityId entity = 0;
  record::FieldId field = 0;
  bool is_asked_for = false;
  std::string effect;  ///< allow, redact, mask, deny
  std::string rule;    ///< "federal 33"
  std::string says;    ///< condition in words, "not in its list (homeroom.yaml, send)"
};

class Governor {
 public:
  /// Compiles policy files, agreements, groups and destinations. Throws for a rule or destination
  /// that cannot be understood; `advice` gets what `check` should say (counsel missing, agreement
  /// over).
  static std::unique_ptr<Governor> compile(const settings::Workspace& workspace,
                                           const record::Model& model, int32_t run_date,
                                           std::vector<record::Finding>& advice);
  virtual ~Governor() = default;

  virtual const std::vector<std::string>& destinations() const = 0;
  /// Text that changes when the meaning of policy, agreements or the destination does.
  virtual const std::string& digest(std::size_t destination) const = 0;
  /// Destinations held outside the district need a disclosure record for each delivery (34
  /// CFR 99.32).
  virtual bool is_disclosure(std::size_t destination) const = 0;
  /// Looks at a profile before its shares are decided; all that the view points to must live until
  /// the last share() of it.
  virtual void read(const ProfileView& profile) = 0;
  /// What a destination may have of the profile that was read last; valid until the next call.
  virtual const Share& share(std::size_t destination) = 0;
  const Share& share(std::size_t destination, const ProfileView& profile) {
    read(profile);
    return share(destination);
  }
  virtual std::vector<FieldRuling> explain(std::size_t destination, const ProfileView& profile) = 0;
  /// Rule ids, classes and purpose for the disclosure record of a share; never values.
  struct Basis {
    std::string recipient, purpose, agreement, rules, classes;
    std::string policy_version;
  };
  virtual Basis basis(std::size_t destination) const = 0;
};

}  // namespace homeroom::govern

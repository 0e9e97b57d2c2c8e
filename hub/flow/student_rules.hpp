// StudentRules: the rules of packs about one student, on the profiles that a run made or changed.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/finding_kinds.hpp"
#include "hub/record/profile.hpp"
#include "hub/store/rows.hpp"
#include "hub/validate/validate.hpp"

namespace homeroom::flow {

class StudentRules {
 public:
  /// Says in a finding about the entity's row of this number, from 0, in a person's profile where
  /// its source has it. Asked only of the first finding of each kind.
  using Place = std::function<void(record::Finding&, uint32_t person, uint32_t row)>;

  /// `packs` and `model` must outlive it.
  StudentRules(const std::vector<validate::Pack>& packs, const record::Model& model, Place place);

  /// Takes a profile's rows, and those it had before this run, if there was one; some hundreds are
  /// judged together.
  void take(const store::Person& person, std::string_view rows, std::string_view before);
  /// Judges those that still wait.
  void finish();
  const FindingKinds& findings() const { return findings_; }

 private:
  const std::vector<validate::Pack>& packs_;
  record::ProfileWriter writer_;
  std::vector<validate::Given> given_;  ///< one a pack
  std::string document_;
  Place place_;
  std::vector<std::pair<uint32_t, std::string>> waiting_;  ///< numbers and ids of their persons
  FindingKinds findings_;
};

}  // namespace homeroom::flow

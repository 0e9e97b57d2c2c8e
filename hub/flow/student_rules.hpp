// StudentRules: the rules of packs about one student, on the profiles that a run made or changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/finding_kinds.hpp"
#include "hub/record/profile.hpp"
#include "hub/validate/validate.hpp"

namespace homeroom::flow {

class StudentRules {
 public:
  /// `packs` and `model` must outlive it.
  StudentRules(const std::vector<validate::Pack>& packs, const record::Model& model);

  /// Takes a profile's rows, and those it had before this run, if there was one; some hundreds are
  /// judged together.
  void take(std::string_view id, std::string_view rows, std::string_view before);
  /// Judges those that still wait.
  void finish();
  const FindingKinds& findings() const { return findings_; }

 private:
  const std::vector<validate::Pack>& packs_;
  record::ProfileWriter writer_;
  std::vector<validate::Given> given_;  ///< one a pack
  std::string document_;
  uint32_t waiting_ = 0;
  FindingKinds findings_;
};

}  // namespace homeroom::flow

// FindingKinds: what a night found, told by kind: a million equal remarks are one with a count.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/record/finding.hpp"
#include "hub/record/report.hpp"

namespace homeroom::flow {

class FindingKinds {
 public:
  void take(record::Finding finding);
  /// Whether it would be told as the first of its kind.
  bool is_first(const record::Finding& finding) const;
  /// Adds what a source's run found.
  void take(const FindingKinds& others);

  const record::FindingCounts& counts() const { return counts_; }
  /// The gravest first, then the most frequent.
  std::vector<record::FindingKind> kinds() const;

 private:
  void take(record::Finding finding, uint64_t times);
  /// Makes room for a graver kind: the mildest goes, its count stays in counts().
  bool forget_milder(record::Severity severity);

  record::FindingCounts counts_;
  std::map<std::string, record::FindingKind> kinds_;  ///< by all that makes findings of one kind
};

}  // namespace homeroom::flow

#include "hub/flow/finding_kinds.hpp"

#include <algorithm>
#include <utility>

namespace homeroom::flow {

namespace {

/// A report stays readable, whatever comes in.
constexpr std::size_t most_kinds = 500;

std::string name_of(const record::Finding& finding) {
  std::string name(1, static_cast<char>(finding.severity));
  for (const auto* part : {&finding.source, &finding.stream, &finding.entity, &finding.field,
                           &finding.rule, &finding.says})
    (name += '\0') += *part;
  return name;
}

}  // namespace

void FindingKinds::take(record::Finding finding) {
  take(std::move(finding), 1);
}

bool FindingKinds::is_first(const record::Finding& finding) const {
  return !kinds_.contains(name_of(finding));
}

void FindingKinds::take(const FindingKinds& others) {
  auto counted = counts_;
  for (const auto& [name, kind] : others.kinds_) take(kind.first, kind.count);
  // Also those that were too many to be told apart.
  counts_ = {counted.fatal + others.counts_.fatal, counted.critical + others.counts_.critical,
             counted.warning + others.counts_.warning, counted.info + others.counts_.info};
}

void FindingKinds::take(record::Finding finding, uint64_t times) {
  switch (finding.severity) {
    case record::Severity::fatal:
      counts_.fatal += times;
      break;
    case record::Severity::critical:
      counts_.critical += times;
      break;
    case record::Severity::warning:
      counts_.warning += times;
      break;
    case record::Severity::info:
      counts_.info += times;
      break;
  }
  auto name = name_of(finding);
  auto known = kinds_.find(name);
  if (known != kinds_.end())
    known->second.count += times;
  else if (kinds_.size() < most_kinds || forget_milder(finding.severity))
    kinds_[std::move(name)] = {std::move(finding), times};
}

bool FindingKinds::forget_milder(record::Severity severity) {
  auto mildest = kinds_.begin();  // names begin with the severity
  if (mildest->second.first.severity >= severity) return false;
  kinds_.erase(mildest);
  return true;
}

std::vector<record::FindingKind> FindingKinds::kinds() const {
  std::vector<record::FindingKind> kinds;
  for (const auto& [name, kind] : kinds_) kinds.push_back(kind);
  std::ranges::stable_sort(kinds, [](const auto& a, const auto& b) {
    return a.first.severity != b.first.severity ? a.first.severity > b.first.severity
                                                : a.count > b.count;
  });
  return kinds;
}

}  // namespace homeroom::flow

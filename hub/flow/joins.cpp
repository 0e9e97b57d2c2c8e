#include "hub/flow/joins.hpp"

namespace homeroom::flow {

Joins::Joins(const std::vector<store::Decision>& standing, uint32_t roster) {
  for (const auto& one : standing)
    if (one.source == roster && one.verdict == store::Verdict::same)
      into_[static_cast<uint32_t>(one.record)] = one.person;
}

// Each step leads to a smaller number, so it ends.
uint32_t Joins::survivor(uint32_t person) const {
  for (auto next = into_.find(person); next != into_.end(); next = into_.find(person))
    person = next->second;
  return person;
}

std::unordered_set<uint32_t> Joins::survivors() const {
  std::unordered_set<uint32_t> found;
  for (const auto& [joined, person] : into_) found.insert(survivor(person));
  return found;
}

std::vector<uint32_t> Joins::joined() const {
  std::vector<uint32_t> joined;
  for (const auto& [one, person] : into_) joined.push_back(one);
  return joined;
}

}  // namespace homeroom::flow

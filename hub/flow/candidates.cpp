#include "hub/flow/candidates.hpp"

#include <algorithm>

namespace homeroom::flow {

namespace {

constexpr std::size_t matched_at_once = 4096;

std::string packed(const resolve::Features& features) {
  std::string out;
  resolve::pack(features, out);
  return out;
}

bool is_kept(const store::SubjectLink& link) {
  return link.is_linked() || link.person != store::SubjectLink::nobody ||
         link.rule == store::SubjectLink::decided;
}

}  // namespace

Candidates::Candidates(const Roster& roster, std::map<uint32_t, Decided> decided,
                       std::vector<store::SubjectLink>& links, Pulse& pulse,
                       record::PersonCounts& counts)
    : roster_(roster), decided_(std::move(decided)), links_(links), pulse_(pulse), counts_(counts) {
  auto wanted = roster_.joined;
  for (const auto& [node, one] : decided_)
    wanted.insert(one.different.begin(), one.different.end());
  if (wanted.empty()) return;
  for (uint32_t student = 0; student < roster_.person_of.size(); ++student)
    if (auto person = roster_.person_of[student]; wanted.contains(person))
      students_.emplace(person, student);
}

void Candidates::add(uint32_t node, resolve::Features features) {
  set_apart(node);
  nodes_.push_back(node);
  features_.push_back(std::move(features));
  if (nodes_.size() == matched_at_once) match();
}

void Candidates::set_apart(uint32_t node) {
  auto decided = decided_.find(node);
  if (decided == decided_.end()) return;
  auto before = static_cast<std::ptrdiff_t>(apart_.size());
  for (auto person : decided->second.different) {
    auto [first, last] = students_.equal_range(person);
    for (; first != last; ++first)
      apart_.emplace_back(static_cast<uint32_t>(nodes_.size()), first->second);
  }
  std::sort(apart_.begin() + before, apart_.end());
}

void Candidates::match() {
  auto found = roster_.matcher.match(features_, false, apart_);
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto link = settle(nodes_[i], without_doubles(i, found[i]));
    if (!is_kept(link)) {
      ++counts_.forgotten;
      continue;
    }
    link.features = packed(features_[i]);
    links_.push_back(std::move(link));
  }
  pulse_.step(nodes_.size());
  nodes_.clear();
  features_.clear();
  apart_.clear();
}

/// A record that is near two students who were joined is in doubt between records of one child: it
/// is matched again with one of them alone.
resolve::Link Candidates::without_doubles(std::size_t index, resolve::Link found) const {
  if (!found.is_for_review || found.candidate == resolve::Link::nobody) return found;
  auto person = roster_.person_of[found.candidate];
  if (!roster_.joined.contains(person)) return found;
  std::vector<std::pair<uint32_t, uint32_t>> apart;
  for (auto [record, student] : apart_)
    if (record == index) apart.emplace_back(0, student);
  auto [first, last] = students_.equal_range(person);
  for (; first != last; ++first)
    if (first->second != found.candidate) apart.emplace_back(0, first->second);
  std::ranges::sort(apart);
  return roster_.matcher.match(std::span(&features_[index], 1), false, apart).front();
}

/// A person's word stands above the matcher's. Who was decided to be a student who left is nobody
/// until that student is back.
store::SubjectLink Candidates::settle(uint32_t node, const resolve::Link& found) const {
  store::SubjectLink link;
  link.node = node;
  link.person = store::SubjectLink::nobody;
  auto decided = decided_.find(node);
  if (decided != decided_.end()) link.rule = store::SubjectLink::decided;
  if (decided != decided_.end() && decided->second.same) {
    if (auto person = *decided->second.same; roster_.persons[person].is_live) {
      link.person = person;
      link.evidence = static_cast<uint8_t>(resolve::Evidence::strong);
    }
    return link;
  }
  link.weight = found.weight;
  if (found.student != resolve::Link::nobody) {
    link.person = roster_.person_of[found.student];
    link.evidence = static_cast<uint8_t>(found.evidence);
    link.rule = found.rule;
  } else if (found.is_for_review && found.candidate != resolve::Link::nobody) {
    link.person = roster_.person_of[found.candidate];
    link.rule = 0;
  }
  return link;
}

}  // namespace homeroom::flow

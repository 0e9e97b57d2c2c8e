#include "hub/flow/candidates.hpp"

#include <algorithm>
#include <cmath>

namespace homeroom::flow {

namespace {

constexpr std::size_t matched_at_once = 65'536;  ///< so many are enough to learn from, too

bool is_kept(const store::SubjectLink& link) {
  return link.is_linked() || link.person != store::SubjectLink::nobody ||
         link.rule == store::SubjectLink::decided;
}

}  // namespace

void keep_one_each(std::vector<store::SubjectLink>& links) {
  struct Best {
    float weight = -INFINITY;
    bool is_tied = false;
  };
  auto weight_of = [](const store::SubjectLink& link) {
    return link.rule == store::SubjectLink::decided ? INFINITY : link.weight;
  };
  std::unordered_map<uint32_t, Best> best;
  for (const auto& link : links) {
    if (!link.is_linked()) continue;
    auto& kept = best[link.person];
    if (weight_of(link) == kept.weight) kept.is_tied = true;
    if (weight_of(link) > kept.weight) kept = {weight_of(link), false};
  }
  for (auto& link : links) {
    if (!link.is_linked() || link.rule == store::SubjectLink::decided) continue;
    const auto& kept = best.at(link.person);
    if (weight_of(link) < kept.weight || kept.is_tied)
      link.evidence = static_cast<uint8_t>(resolve::Evidence::none);
  }
}

Candidates::Candidates(const Roster& roster, const std::map<uint32_t, Decided>& decided,
                       std::optional<resolve::Model> model, WeighedRecords& weighed,
                       std::vector<store::SubjectLink>& links, Pulse& pulse,
                       record::PersonCounts& counts)
    : roster_(roster),
      model_(std::move(model)),
      decided_(decided),
      weighed_(weighed),
      links_(links),
      pulse_(pulse),
      counts_(counts) {
  std::unordered_set<uint32_t> wanted;
  for (const auto& [node, one] : decided_)
    wanted.insert(one.different.begin(), one.different.end());
  if (wanted.empty()) return;
  for (uint32_t student = 0; student < roster_.person_of.size(); ++student)
    if (auto person = roster_.person_of[student]; wanted.contains(person))
      students_.emplace(person, student);
}

void Candidates::add(uint32_t node, const store::SubjectLink* was) {
  set_apart(node);
  nodes_.push_back(node);
  are_known_.push_back(was != nullptr);
  bool was_weighed = was && was->is_linked() && was->rule != store::SubjectLink::decided;
  bool is_former = was && was->rule == store::SubjectLink::former;
  formers_.push_back(was_weighed || is_former ? was->person : store::SubjectLink::nobody);
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
  if (nodes_.empty()) return;
  auto& roster = roster_.roster;
  roster.settle();
  if (!model_) {
    model_ = roster.learn(roster_.match);
    has_learned_ = true;
  }
  auto found = roster.answers(*model_, apart_);
  for (uint32_t i = 0; i < nodes_.size(); ++i) {
    auto link = settle(nodes_[i], found.links[i], formers_[i]);
    if (is_kept(link)) {
      weighed_.keep(link.node, roster.features_of_record(i), found.tokens_of(i));
      links_.push_back(link);
      continue;
    }
    ++counts_.forgotten;
    if (are_known_[i]) weighed_.drop(link.node);
  }
  counts_.weighed += nodes_.size();
  pulse_.step(nodes_.size());
  nodes_.clear();
  are_known_.clear();
  formers_.clear();
  roster.clear();
  apart_.clear();
}

/// A person's word stands above the matcher's. Who was decided to be a student who left is nobody
/// until that student is back.
store::SubjectLink Candidates::settle(uint32_t node, const resolve::Link& found,
                                      uint32_t former) const {
  store::SubjectLink link;
  link.node = node;
  link.person = store::SubjectLink::nobody;
  auto decided = decided_.find(node);
  if (decided != decided_.end()) link.rule = store::SubjectLink::decided;
  if (decided != decided_.end() && decided->second.same) {
    if (auto person = *decided->second.same; roster_.is_live(person)) {
      link.person = person;
      link.evidence = static_cast<uint8_t>(resolve::Evidence::strong);
    }
    return link;
  }
  link.weight = found.weight;
  if (found.student != resolve::Link::nobody) {
    link.person = roster_.person_of[found.student];
    link.evidence = static_cast<uint8_t>(found.evidence);
  } else if (found.is_for_review && found.candidate != resolve::Link::nobody) {
    link.person = roster_.person_of[found.candidate];
  } else if (former != store::SubjectLink::nobody && decided == decided_.end() &&
             roster_.is_live(former)) {
    // A child whose name changes in one system first is not lost to the others: a person looks.
    link.person = former;
    link.rule = store::SubjectLink::former;
  }
  return link;
}

}  // namespace homeroom::flow

#include "hub/flow/review.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include "hub/flow/decisions.hpp"
#include "hub/flow/frame.hpp"
#include "hub/merge/merge.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

/// What a reviewer needs to tell children apart, and nothing else that a source says of them.
bool tells_apart(std::string_view path) {
  constexpr std::array<std::string_view, 5> beginnings = {"identifiers.", "name.", "otherNames",
                                                          "addresses.home.", "phones."};
  return path == "birthDate" || path == "sex" ||
         std::ranges::any_of(beginnings, [&](auto front) { return path.starts_with(front); });
}

/// 0 is an even chance: nobody is less sure than that. A weight that is not known stands behind.
float doubt(const OpenPair& pair) {
  return pair.link.weight == 0 ? HUGE_VALF : std::fabs(pair.link.weight);
}

std::string relation_of(std::string_view record, std::string_view student) {
  if (student.empty()) return "only the record";
  if (record.empty()) return "only the student";
  return merge::relation(student, record);
}

class Queue {
 public:
  explicit Queue(store::Store& store) : store_(store) {
    for (const auto& one : standing(store.decisions())) {
      verdicts_[{one.source, one.record, one.person}] = one.verdict;
      if (one.verdict == store::Verdict::same) settled_.emplace(one.source, one.record);
    }
    store.each_person([&](const store::Person& person) {
      if (person.number >= ids_.size()) ids_.resize(person.number + 1);
      ids_[person.number] = person.id;
    });
  }

  void take(const std::string& source) {
    auto number = store_.source_number(source);
    if (number == 0) return;
    std::vector<store::SubjectLink> waiting;
    std::unordered_set<uint32_t> has_record;
    for (const auto& link : store_.links(number)) {
      if (link.is_linked()) has_record.insert(link.person);
      if (link.is_in_review()) waiting.push_back(link);
    }
    for (auto& link : waiting) {
      OpenPair pair;
      pair.source = number;
      pair.source_name = source;
      pair.record = store_.node(number, link.node).token;
      if (settled_.contains({number, pair.record})) continue;
      pair.student = ids_.at(link.person);
      pair.is_first = !has_record.contains(link.person);
      pair.link = std::move(link);
      auto verdict = verdicts_.find({number, pair.record, pair.link.person});
      pair.is_later = verdict != verdicts_.end() && verdict->second == store::Verdict::later;
      if (verdict == verdicts_.end() || pair.is_later) pairs_.push_back(std::move(pair));
    }
  }

  std::vector<OpenPair> in_order() {
    std::ranges::stable_sort(pairs_, [](const OpenPair& a, const OpenPair& b) {
      if (a.is_later != b.is_later) return b.is_later;
      if (a.is_first != b.is_first) return a.is_first;
      return doubt(a) < doubt(b);
    });
    return std::move(pairs_);
  }

 private:
  store::Store& store_;
  std::map<std::tuple<uint32_t, uint64_t, uint32_t>, store::Verdict> verdicts_;
  std::set<std::pair<uint32_t, uint64_t>> settled_;  ///< source and record whose student is known
  std::vector<std::string> ids_;                     ///< by person
  std::vector<OpenPair> pairs_;
};

}  // namespace

std::string OpenPair::name() const {
  return std::to_string(source) + '-' + std::to_string(link.node) + '-' +
         std::to_string(link.person);
}

std::vector<OpenPair> open_pairs(const Hub& hub, store::Store& store) {
  Queue queue(store);
  for (const auto& source : hub.workspace().sources)
    if (source.name != hub.workspace().roster) queue.take(source.name);
  return queue.in_order();
}

SideBySide side_by_side(const Hub& hub, store::Store& store, const OpenPair& pair) {
  auto student = *hub.model().find(record::student_entity);
  auto node = store.node(pair.source, pair.link.node);
  auto profile = store.profile(pair.link.person);
  auto said = contribution_of(node.frame);
  SideBySide shown;
  if (said.empty() || !profile) return shown;
  auto record = student_row(said, student);
  shown.key = record.key();
  const auto& fields = hub.model().entities[student].fields;
  for (record::FieldId field = 0; field < fields.size(); ++field) {
    if (!tells_apart(fields[field].path)) continue;
    std::string_view theirs = record.find(field), ours;
    record::each_row(profile->rows, [&](const record::RowView& row) {
      if (row.entity() == student && ours.empty()) ours = row.find(field);
    });
    if (theirs.empty() && ours.empty()) continue;
    shown.fields.push_back(
        {fields[field].path, std::string(theirs), std::string(ours), relation_of(theirs, ours)});
  }
  return shown;
}

}  // namespace homeroom::flow

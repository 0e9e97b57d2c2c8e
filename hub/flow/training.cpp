#include "hub/flow/training.hpp"

#include <algorithm>

#include "hub/flow/matching.hpp"
#include "hub/flow/students.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

using store::SubjectLink;

Band band_of(const SubjectLink& link) {
  if (link.is_in_review()) return Band::review;
  if (!link.is_linked()) return Band::apart;
  bool is_strong = link.evidence == static_cast<uint8_t>(resolve::Evidence::strong);
  return is_strong ? Band::strong : Band::link;
}

const char* word_of(Band band) {
  switch (band) {
    case Band::apart:
      return "apart";
    case Band::review:
      return "review";
    case Band::link:
      return "link";
    case Band::strong:
      return "strong";
  }
  return "";
}

Training::Training(const Parts& parts)
    : parts_(parts), learned_(parts.store, parts.identity, parts.roster) {
  is_possible_ = learned_.is_of_this_file(parts_.roster);
}

bool Training::is_called_for() const {
  auto has_drifted = [&](uint32_t source) {
    return learned_.lesson(source).has_drifted(parts_.identity.drift);
  };
  return has_drifted(parts_.roster) || std::ranges::any_of(parts_.sources, has_drifted);
}

std::vector<SubjectLink> Training::links_of(uint32_t source) const {
  return parts_.store.links(source);
}

void Training::run(Pulse& pulse) {
  parts_.store.each_person([&](const store::Person& person) {
    if (person.is_live) live_.insert(person.number);
  });
  Decisions decisions(parts_.store, parts_.roster);
  Students students(
      {parts_.model, parts_.identity, parts_.store, parts_.keys, learned_, parts_.roster});
  students.recount(links_of(parts_.roster), decisions.joins());
  students_ = students.roster().students();
  frequencies_ = students.roster().frequencies();
  for (auto source : parts_.sources)
    if (learned_.is_of_this_file(source)) train(source, students, decisions, pulse);
}

/// Records near nobody were forgotten. How likely a record is a student's at all is therefore kept
/// as it was learned from all of them.
void Training::train(uint32_t source, Students& students, const Decisions& decisions,
                     Pulse& pulse) {
  auto former = learned_.model(source, students.roster().comparisons());
  auto before = links_of(source);
  if (!former || before.empty()) return;
  auto lesson = learned_.lesson(source);
  auto then = static_cast<double>(lesson.students > 0 ? lesson.students : students_);
  bool is_one_each = parts_.identity.is_one_per_source || parts_.one_each.contains(source);
  WeighedRecords seen(parts_.store, source, WeighedRecords::Keeps::nothing);
  auto decided = decisions.of(source, nullptr);
  const std::vector<SourceRun::Subject> nothing_read;
  record::PersonCounts counts;
  pulse.begin("learning again", before.size());
  Matching matching({{students.roster(), students.persons(),
                      [this](uint32_t person) { return live_.contains(person); }, is_one_each,
                      former->match * then},
                     decided,
                     before,
                     nullptr,
                     nothing_read,
                     parts_.store,
                     source,
                     true,
                     *parts_.model.find(record::student_entity),
                     seen},
                    std::nullopt, pulse, counts);
  auto result = matching.run(nullptr);
  records_ += before.size();
  models_[source] = {std::move(*result.learned), before.size()};
  compare(source, before, result.links);
}

void Training::compare(uint32_t source, const std::vector<SubjectLink>& before,
                       const std::vector<SubjectLink>& after) {
  std::size_t a = 0;
  for (const auto& was : before) {
    while (a < after.size() && after[a].node < was.node) ++a;
    SubjectLink now;
    now.node = was.node;
    now.person = SubjectLink::nobody;
    if (a < after.size() && after[a].node == was.node) now = after[a];
    if (now.rule == SubjectLink::decided) continue;  // a person's word, not the model's
    if (band_of(was) != band_of(now) || was.person != now.person)
      crossings_.push_back({source, was, now});
  }
}

void Training::apply(int64_t now_ms) {
  auto next = [&](uint32_t source, uint64_t records) {
    learned_.put_lesson(source,
                        {learned_.lesson(source).version + 1, now_ms, records, students_, 0});
  };
  next(parts_.roster, students_);
  learned_.put_frequencies(frequencies_);
  for (const auto& [source, learnt] : models_) {
    next(source, learnt.records);
    learned_.put(source, learnt.model);
  }
  learned_.put_training_due(false);
}

}  // namespace homeroom::flow

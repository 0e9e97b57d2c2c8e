#include "hub/flow/matching.hpp"

#include <algorithm>

#include "hub/flow/frame.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

using store::SubjectLink;

Matching::Matching(const Parts& parts, std::optional<resolve::Model> model, Pulse& pulse,
                   record::PersonCounts& counts)
    : parts_(parts),
      pulse_(pulse),
      candidates_(parts_.roster, parts_.decided, std::move(model), parts_.weighed, result_.links,
                  pulse, counts) {}

Matching::Result Matching::run(const std::vector<uint64_t>* touched) {
  is_all_ = touched == nullptr;
  if (touched) asking_ = parts_.weighed.asking(*touched);
  const auto& subjects = parts_.subjects;
  std::size_t s = 0;
  for (const auto& was : parts_.before) {
    for (; s < subjects.size() && subjects[s].node < was.node; ++s)
      take(subjects[s].node, &subjects[s], nullptr);
    bool is_read = s < subjects.size() && subjects[s].node == was.node;
    take(was.node, is_read ? &subjects[s++] : nullptr, &was);
  }
  for (; s < subjects.size(); ++s) take(subjects[s].node, &subjects[s], nullptr);
  candidates_.match();
  if (parts_.roster.is_one_each) weigh_rivals();
  add_standing();
  if (parts_.roster.is_one_each) keep_one_each(result_.links);
  parts_.weighed.finish();
  result_.learned = candidates_.learned();
  return std::move(result_);
}

/// They come by node, and are most.
void Matching::add_standing() {
  auto& links = result_.links;
  std::ranges::sort(links, {}, &SubjectLink::node);
  auto weighed = static_cast<std::ptrdiff_t>(links.size());
  links.reserve(links.size() + standing_.size());
  for (const auto* link : standing_) links.push_back(*link);
  std::ranges::inplace_merge(links, links.begin() + weighed, {}, &SubjectLink::node);
  pulse_.step(standing_.size());
}

void Matching::take(uint32_t node, const Subject* subject, const SubjectLink* was) {
  if (subject && subject->is_changed) result_.changed.push_back(node);
  if (subject && !subject->said) {
    if (!was) return;
    persons_.insert(was->person);
    parts_.weighed.drop(node);
  } else if (is_all_ || must_weigh(node, subject, was)) {
    weigh(node, subject, was);
  } else {
    standing_.push_back(was);
  }
}

bool Matching::must_weigh(uint32_t node, const Subject* subject, const SubjectLink* was) const {
  if (!was || (subject && subject->is_changed)) return true;
  if (was->rule == SubjectLink::decided || parts_.decided.contains(node)) return true;
  bool has_lost = was->rule == SubjectLink::former && !parts_.roster.is_live(was->person);
  return has_lost || asking_.contains(node);
}

void Matching::weigh(uint32_t node, const Subject* subject, const SubjectLink* was) {
  if (was) persons_.insert(was->person);
  if (subject)
    parts_.roster.roster.add(student_row(parts_.run->contribution(*subject), parts_.student));
  else
    add_known(node);
  candidates_.add(node, was);
}

/// Of a record that was not read tonight the features are kept; but those of another identity file
/// say other things, and then the record itself is looked at.
void Matching::add_known(uint32_t node) {
  auto& roster = parts_.roster.roster;
  if (parts_.are_features_good)
    if (auto kept = features_of(parts_.store.features(parts_.source, node)); !kept.empty())
      return roster.add(kept);
  auto frame = parts_.store.frame(parts_.source, node);
  roster.add(student_row(contribution_of(frame), parts_.student));
}

/// In a source that holds every child once, a student's records compete with each other.
void Matching::weigh_rivals() {
  for (const auto& link : result_.links) persons_.insert(link.person);
  std::vector<const SubjectLink*> others;
  for (const auto* was : standing_)
    if (persons_.contains(was->person))
      weigh(was->node, nullptr, was);
    else
      others.push_back(was);
  candidates_.match();
  standing_ = std::move(others);
}

}  // namespace homeroom::flow

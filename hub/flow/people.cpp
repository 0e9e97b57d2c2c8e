#include "hub/flow/people.hpp"

#include <algorithm>

#include "hub/flow/candidates.hpp"
#include "hub/flow/forgetting.hpp"
#include "hub/flow/frame.hpp"
#include "hub/flow/source_run.hpp"
#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

using Evidence = resolve::Evidence;

/// Of a record that was not read tonight the features are kept; but those of another identity file
/// say other things, and then the record itself is looked at.
void add_known(store::Store& store, uint32_t source, const store::SubjectLink& link,
               bool are_features_good, record::EntityId student, resolve::Roster& to) {
  if (are_features_good) return to.add(link.features);
  auto frame = store.node(source, link.node).frame;
  to.add(student_row(contribution_of(frame), student));
  to.read();
}

const store::SubjectLink* find(const std::vector<store::SubjectLink>& links, uint32_t node) {
  auto found = std::ranges::lower_bound(links, node, {}, &store::SubjectLink::node);
  return found != links.end() && found->node == node ? &*found : nullptr;
}

}  // namespace

People::People(const record::Model& model, resolve::Identity identity, store::Store& store,
               keys::KeyRing& keys, std::string roster)
    : store_(store),
      keys_(keys),
      roster_name_(std::move(roster)),
      identity_(std::move(identity)),
      learned_(store, identity_, store.source_number(roster_name_)),
      decisions_(store, store.source_number(roster_name_)),
      student_entity_(*model.find(record::student_entity)),
      roster_(std::make_unique<resolve::Roster>(identity_, model)),
      is_roster_of_this_file_(learned_.is_of_this_file(store.source_number(roster_name_))) {
  for (const auto& name : identity_.one_per_source) one_each_.insert(store.source_number(name));
  store.each_person([&](const store::Person& person) {
    if (person.number >= persons_.size()) persons_.resize(person.number + 1);
    persons_[person.number] = person;
    before_ += person.is_live;
  });
  is_new_person_.resize(persons_.size(), 0);
}

void People::take_roster(SourceRun& roster, int32_t run_date) {
  auto source = roster.source_number();
  auto& mine = by_source_[source];
  order_.insert(order_.begin(), source);
  store_.each_link(source, [&](const store::SubjectLink& link) { mine.links.push_back(link); });
  std::ranges::sort(mine.links, {}, &store::SubjectLink::node);
  std::vector<store::SubjectLink> now;
  std::vector<std::pair<std::string, std::size_t>> founded;  // id, index into now
  auto subjects = roster.subjects();
  std::size_t s = 0;
  auto take = [&](const SourceRun::Subject& subject, const store::SubjectLink* was) {
    mine.is_changed |= subject.is_changed;
    if (subject.contribution.empty()) {  // the roster does not know the child any more
      if (was) affected_.insert(was->person);
      return;
    }
    store::SubjectLink link;
    auto row = student_row(subject.contribution, student_entity_);
    link.node = subject.node;
    link.evidence = static_cast<uint8_t>(Evidence::strong);
    roster_->add(row);
    if (was) {
      link.person = was->person;
      link.rule = was->rule;
    } else {
      founded.emplace_back(founding_id(row.key()), now.size());
    }
    if (was && subject.is_changed) affected_.insert(link.person);
    now.push_back(std::move(link));
  };
  for (auto& was : mine.links) {
    for (; s < subjects.size() && subjects[s].node < was.node; ++s) take(subjects[s], nullptr);
    if (s < subjects.size() && subjects[s].node == was.node)
      take(subjects[s++], &was);
    else
      now.push_back(known_student(source, std::move(was)));
  }
  for (; s < subjects.size(); ++s) take(subjects[s], nullptr);
  found(std::move(founded), now);
  join(source, now);
  settle_persons(now, run_date);
  mine.links = std::move(now);
  index_roster(mine);
  keep_links(source);
}

/// A student of whom tonight nothing was read.
store::SubjectLink People::known_student(uint32_t source, store::SubjectLink was) {
  add_known(store_, source, was, is_roster_of_this_file_, student_entity_, *roster_);
  return was;
}

// New persons are numbered in the order of their ids: destinations are written in that order, and a
// store that is walked in its own order is walked fast.
void People::found(std::vector<std::pair<std::string, std::size_t>> founded,
                   std::vector<store::SubjectLink>& links) {
  std::unordered_map<std::string, uint32_t> known;
  for (const auto& person : persons_) known.emplace(person.id, person.number);
  std::ranges::sort(founded);
  for (auto& [id, index] : founded) {
    auto number = static_cast<uint32_t>(persons_.size());
    if (auto before = known.find(id); before != known.end()) {
      number = before->second;  // a student who left and is back
    } else {
      persons_.push_back({number, id, false, std::nullopt, ""});
      is_new_person_.push_back(1);
    }
    links[index].person = number;
    affected_.insert(number);
  }
}

void People::index_roster(SourceLinks& mine) {
  roster_->index(learned_.frequencies());
  if (!is_roster_of_this_file_) learned_.put_frequencies(roster_->frequencies());
  mine.is_changed |= !is_roster_of_this_file_;
  auto joined = decisions_.joins().survivors();
  std::unordered_map<uint32_t, uint32_t> first;  // student, by person
  for (uint32_t student = 0; student < mine.links.size(); ++student) {
    auto& link = mine.links[student];
    roster_person_.push_back(link.person);
    if (joined.contains(link.person))
      if (auto [found, is_new] = first.emplace(link.person, student); !is_new)
        roster_->join(found->second, student);
    if (mine.is_changed) link.features = roster_->features(student);
  }
}

/// Stages the links of a source that was matched; in memory stays who speaks of whom.
void People::keep_links(uint32_t source) {
  auto& mine = by_source_.at(source);
  if (mine.is_changed) store_.put_links(source, mine.links);
  for (auto& link : mine.links) std::string().swap(link.features);  // an assignment keeps the room
}

void People::keep_roster(uint32_t source, int32_t run_date) {
  auto& mine = by_source_[source];
  order_.insert(order_.begin(), source);
  store_.each_link(source, [&](const store::SubjectLink& link) { mine.links.push_back(link); });
  std::ranges::sort(mine.links, {}, &store::SubjectLink::node);
  for (auto& link : mine.links) link = known_student(source, std::move(link));
  join(source, mine.links);
  settle_persons(mine.links, run_date);
  index_roster(mine);
  keep_links(source);
}

void People::match(uint32_t source, SourceRun* run, Pulse& pulse, record::PersonCounts& counts) {
  auto& mine = by_source_[source];
  order_.push_back(source);
  std::vector<store::SubjectLink> before;
  store_.each_link(source, [&](const store::SubjectLink& link) { before.push_back(link); });
  std::ranges::sort(before, {}, &store::SubjectLink::node);
  bool is_one_each = identity_.is_one_per_source || one_each_.contains(source);
  Candidates candidates({*roster_, roster_person_, persons_, is_one_each},
                        decisions_.of(source, run), learned_.model(source, roster_->comparisons()),
                        mine.links, pulse, counts);
  std::vector<uint32_t> changed;  // sorted, as subjects are
  auto subjects = run ? run->subjects() : std::vector<SourceRun::Subject>{};
  pulse.begin(run ? "linking " + run->source_name() : "linking",
              std::max(before.size(), subjects.size()));
  bool is_of_this_file = learned_.is_of_this_file(source);
  std::size_t s = 0;
  auto take = [&](const SourceRun::Subject& subject, const store::SubjectLink* was) {
    if (subject.is_changed) changed.push_back(subject.node);
    if (subject.contribution.empty()) return;
    roster_->add(student_row(subject.contribution, student_entity_));
    candidates.add(subject.node, was);
  };
  for (const auto& was : before) {
    for (; s < subjects.size() && subjects[s].node < was.node; ++s) take(subjects[s], nullptr);
    if (s < subjects.size() && subjects[s].node == was.node)
      take(subjects[s++], &was);
    else {
      add_known(store_, source, was, is_of_this_file, student_entity_, *roster_);
      candidates.add(was.node, &was);
    }
  }
  for (; s < subjects.size(); ++s) take(subjects[s], nullptr);
  candidates.finish();
  if (candidates.has_learned()) learned_.put(source, candidates.model());
  if (!is_of_this_file) learned_.put_file(source);
  note_changes(source, before, changed);
  count_joined(source, before);
  forget_lost(source, run, before);
  keep_links(source);
}

/// What nobody keeps any more is not kept either. What was mapped again tonight, SourceRun keeps or
/// erases.
void People::forget_lost(uint32_t source, const SourceRun* run,
                         const std::vector<store::SubjectLink>& before) {
  std::vector<uint32_t> lost;
  for (const auto& was : before)
    if (!is_kept(source, was.node) && !(run && run->contribution(was.node)))
      lost.push_back(was.node);
  forget(store_, source, lost, [&](uint32_t node) { return is_kept(source, node); });
}

/// Who gains, loses or keeps a changed record is looked at again.
void People::note_changes(uint32_t source, const std::vector<store::SubjectLink>& before,
                          const std::vector<uint32_t>& changed) {
  auto& mine = by_source_.at(source);
  auto is_as_before = [](const store::SubjectLink& link, const store::SubjectLink& was) {
    return was.person == link.person && was.evidence == link.evidence;
  };
  for (const auto& link : mine.links) {
    const auto* was = find(before, link.node);
    bool is_same = was && is_as_before(link, *was);
    bool is_new = !is_same || std::ranges::binary_search(changed, link.node);
    if (is_new && link.is_linked()) affected_.insert(link.person);
    mine.is_changed |= !is_same || was->features != link.features || was->rule != link.rule ||
                       was->weight != link.weight;
  }
  for (const auto& was : before) {
    const auto* now = find(mine.links, was.node);
    if (now && is_as_before(*now, was)) continue;
    if (was.is_linked()) affected_.insert(was.person);
    mine.is_changed = true;
  }
}

void People::count_joined(uint32_t source, const std::vector<store::SubjectLink>& before) {
  auto linked =
      static_cast<uint64_t>(std::ranges::count_if(before, &store::SubjectLink::is_linked));
  if (linked == 0) return;
  joined_.before += linked;
  for (const auto& link : by_source_.at(source).links) {
    if (!link.is_linked()) continue;
    const auto* was = find(before, link.node);
    joined_.newly += !was || !was->is_linked() || was->person != link.person;
  }
}

bool People::is_kept(uint32_t source, uint32_t node) const {
  auto mine = by_source_.find(source);
  return mine != by_source_.end() && find(mine->second.links, node) != nullptr;
}

std::vector<std::pair<uint32_t, uint32_t>> People::linked(uint32_t source) const {
  std::vector<std::pair<uint32_t, uint32_t>> linked;
  for (const auto& link : by_source_.at(source).links)
    if (link.is_linked()) linked.emplace_back(link.person, link.node);
  return linked;
}

std::span<const LinkedRecord> People::records_of(uint32_t person) const {
  if (records_from_.empty()) {
    records_from_.resize(persons_.size() + 1);
    for (auto source : order_)
      for (const auto& link : by_source_.at(source).links)
        if (link.is_linked()) ++records_from_[link.person + 1];
    for (std::size_t i = 1; i < records_from_.size(); ++i) records_from_[i] += records_from_[i - 1];
    records_.resize(records_from_.back());
    auto next = records_from_;
    for (auto source : order_)
      for (const auto& link : by_source_.at(source).links)
        if (link.is_linked())
          records_[next[link.person]++] = {source, link.node, link.evidence, link.rule};
  }
  return std::span(records_).subspan(records_from_[person],
                                     records_from_[person + 1] - records_from_[person]);
}

void People::count(record::PersonCounts& counts) const {
  counts.before = before_;
  counts.created = created_;
  counts.merged = merged_;
  counts.split = split_;
  counts.ended = ended_.size() - merged_;
  counts.total = 0;
  for (const auto& person : persons_) counts.total += person.is_live;
  counts.review = 0;
  counts.students = students_;
  for (const auto& [source, mine] : by_source_)
    counts.review +=
        static_cast<uint64_t>(std::ranges::count_if(mine.links, &store::SubjectLink::is_in_review));
}

void People::end_matching() {
  roster_.reset();
  decltype(roster_person_)().swap(roster_person_);
}

void People::keep() {
  for (const auto& person : persons_) {
    bool is_ended_now = std::ranges::find(ended_, person.number) != ended_.end();
    if (is_new_person_[person.number] || is_ended_now || affected_.contains(person.number))
      store_.put_person(person);
  }
}

}  // namespace homeroom::flow

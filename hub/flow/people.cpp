#include "hub/flow/people.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <unordered_set>

#include "hub/flow/by_number.hpp"
#include "hub/flow/few.hpp"
#include "hub/flow/forgetting.hpp"
#include "hub/flow/frame.hpp"
#include "hub/flow/matching.hpp"
#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

using Evidence = resolve::Evidence;

const store::SubjectLink* find(const std::vector<store::SubjectLink>& links, uint32_t node) {
  auto found = std::ranges::lower_bound(links, node, {}, &store::SubjectLink::node);
  return found != links.end() && found->node == node ? &*found : nullptr;
}

LookedUp<store::Person>::From persons_in(store::Store& store) {
  return {[&store](uint32_t number) { return store.person(number); },
          [&store](const auto& take) {
            store.each_person([&](const store::Person& one) { take(one.number, one); });
          }};
}

/// Finds links of nodes that are asked for in their order, each by a step or two.
class LinkWalk {
 public:
  explicit LinkWalk(const std::vector<store::SubjectLink>& links)
      : at_(links.begin()), end_(links.end()) {}
  const store::SubjectLink* find(uint32_t node) {
    while (at_ != end_ && at_->node < node) ++at_;
    return at_ != end_ && at_->node == node ? &*at_ : nullptr;
  }

 private:
  std::vector<store::SubjectLink>::const_iterator at_, end_;
};

}  // namespace

People::People(const record::Model& model, resolve::Identity identity, store::Store& store,
               keys::KeyRing& keys, std::string roster, bool weighs_all, int64_t now_ms)
    : store_(store),
      keys_(keys),
      roster_name_(std::move(roster)),
      identity_(std::move(identity)),
      learned_(store, identity_, store.source_number(roster_name_)),
      decisions_(store, store.source_number(roster_name_)),
      student_entity_(*model.find(record::student_entity)),
      persons_(store.end_of_persons(), persons_in(store)),
      weighs_all_(weighs_all),
      now_ms_(now_ms),
      roster_(std::make_unique<Students>(Students::Parts{model, identity_, store, keys, learned_,
                                                         store.source_number(roster_name_)})),
      before_(store.people_tally().live) {
  for (const auto& name : identity_.one_per_source) one_each_.insert(store.source_number(name));
}

void People::take_roster(SourceRun& roster, int32_t run_date) {
  take_roster(roster.source_number(), &roster, run_date);
}

void People::keep_roster(uint32_t source, int32_t run_date) {
  take_roster(source, nullptr, run_date);
}

void People::take_roster(uint32_t source, SourceRun* run, int32_t run_date) {
  auto subjects = run ? run->subjects() : std::vector<SourceRun::Subject>{};
  auto& mine = by_source_[source];
  order_.insert(order_.begin(), source);
  auto before = store_.links(source);
  auto changed =
      static_cast<std::size_t>(std::ranges::count_if(subjects, &SourceRun::Subject::is_changed));
  roster_->begin(weighs_all_ || !roster_->are_known() || !are_few(changed, before.size()));
  std::vector<store::SubjectLink> now;
  now.reserve(before.size() + subjects.size());
  std::vector<std::pair<std::string, std::size_t>> founded;  // id, index into now
  std::size_t s = 0;
  auto take = [&](const SourceRun::Subject& subject, const store::SubjectLink* was) {
    if (!subject.said) {  // the roster does not know the child any more
      if (!was) return;
      affected_.push_back(was->person);
      roster_->lose(subject.node);
      return;
    }
    store::SubjectLink link;
    auto row = student_row(run->contribution(subject), student_entity_);
    link.node = subject.node;
    link.evidence = static_cast<uint8_t>(Evidence::strong);
    roster_->take(subject.node, row, subject.is_changed || !was);
    if (was) {
      link.person = was->person;
      link.rule = was->rule;
    } else {
      founded.emplace_back(founding_id(row.key()), now.size());
    }
    if (was && subject.is_changed) affected_.push_back(link.person);
    now.push_back(link);
  };
  for (const auto& was : before) {
    for (; s < subjects.size() && subjects[s].node < was.node; ++s) take(subjects[s], nullptr);
    if (s < subjects.size() && subjects[s].node == was.node) {
      take(subjects[s++], &was);
    } else {  // a student of whom tonight nothing was read
      roster_->know(was.node);
      now.push_back(was);
    }
  }
  for (; s < subjects.size(); ++s) take(subjects[s], nullptr);
  found(std::move(founded), now);
  join(source, now);
  settle_persons(before, now, run_date);
  auto lesson = learned_.lesson(source);
  bool has_learned = learned_.is_of_this_file(source) && lesson.version > 0;
  roster_->finish(now, moved(before, now), decisions_.joins());
  if (!has_learned && !now.empty())
    learned_.put_lesson(source, {lesson.version + 1, now_ms_, now.size(), now.size(), 0});
  else
    learned_.note_changed(source, roster_->changed(), now.size());
  if (now != before) store_.put_links(source, now);
  mine.links = std::move(now);
}

/// Students who are another person than the night before: joined to another, or parted.
std::vector<uint32_t> People::moved(const std::vector<store::SubjectLink>& before,
                                    const std::vector<store::SubjectLink>& now) {
  std::vector<uint32_t> nodes;
  LinkWalk former(before);
  for (const auto& link : now)
    if (const auto* was = former.find(link.node); was && was->person != link.person)
      nodes.push_back(link.node);
  return nodes;
}

namespace {

/// Most ids differ in their first bytes, which are compared as one number.
uint64_t front_of(std::string_view id) {
  uint64_t front = 0;
  std::memcpy(&front, id.data(), std::min(sizeof front, id.size()));
  return __builtin_bswap64(front);
}

using Founded = std::vector<std::pair<std::string, std::size_t>>;  // id, place of its link

void sort_by_id(Founded& founded) {
  using Front = std::pair<uint64_t, std::size_t>;  // front of an id, its place
  std::vector<Front> order;
  for (std::size_t i = 0; i < founded.size(); ++i)
    order.emplace_back(front_of(founded[i].first), i);
  std::ranges::sort(order, [&](const Front& a, const Front& b) {
    return a.first != b.first ? a.first < b.first : founded[a.second] < founded[b.second];
  });
  Founded sorted;
  for (const auto& [front, place] : order) sorted.push_back(std::move(founded[place]));
  founded = std::move(sorted);
}

/// Of each of `founded`, which is sorted, the number it had, of a student who left and is back.
std::vector<uint32_t> former_numbers(store::Store& store, const Founded& founded) {
  std::vector<uint32_t> numbers(founded.size(), store::SubjectLink::nobody);
  std::unordered_set<uint64_t> fronts;
  for (const auto& [id, place] : founded) fronts.insert(front_of(id));
  store.each_person_id([&](uint32_t number, std::string_view id) {
    if (!fronts.contains(front_of(id))) return;
    auto same = std::ranges::equal_range(founded, id, {}, &Founded::value_type::first);
    std::fill_n(numbers.begin() + (same.begin() - founded.begin()), same.size(), number);
  });
  return numbers;
}

}  // namespace

// New persons are numbered in the order of their ids: destinations are written in that order, and a
// store that is walked in its own order is walked fast.
void People::found(std::vector<std::pair<std::string, std::size_t>> founded,
                   std::vector<store::SubjectLink>& links) {
  if (founded.empty()) return;
  sort_by_id(founded);
  std::vector<uint32_t> known(founded.size(), store::SubjectLink::nobody);
  if (persons_.size() > 0) known = former_numbers(store_, founded);
  persons_.expect(founded.size());
  for (std::size_t i = 0; i < founded.size(); ++i) {
    auto number = known[i];
    if (number == store::SubjectLink::nobody) {
      number = persons_.add({persons_.size(), std::move(founded[i].first), false, {}, ""});
      other_persons_.push_back(number);
    }
    links[founded[i].second].person = number;
    affected_.push_back(number);
  }
}

void People::match(uint32_t source, SourceRun* run, Pulse& pulse, record::PersonCounts& counts) {
  order_.push_back(source);
  auto before = store_.links(source);
  auto subjects = run ? run->subjects() : std::vector<SourceRun::Subject>{};
  bool is_of_this_file = learned_.is_of_this_file(source);
  bool is_all = weighs_all_ || roster_->is_rebuilt() || !is_of_this_file ||
                !learned_.is_weighed(source, roster_->former_version());
  auto model = learned_.model(source, roster_->roster().comparisons());
  bool has_any = !before.empty() || !subjects.empty();
  // Students that many records ask for are opened once, not page by page.
  auto many =
      static_cast<std::size_t>(std::ranges::count_if(subjects, &SourceRun::Subject::is_changed));
  bool is_much = !are_few(many, roster_->persons().size());
  if (has_any && (is_all || !model || is_much)) roster_->make_whole();
  bool weighs_all = is_all || !model;
  WeighedRecords weighed(store_, source,
                         weighs_all ? WeighedRecords::Keeps::all : WeighedRecords::Keeps::changes);
  auto decided = decisions_.of(source, run);
  if (!weighs_all && stands(before, subjects.size(), decided))
    return keep_links(source, std::move(before));
  bool is_one_each = identity_.is_one_per_source || one_each_.contains(source);
  pulse.begin(run ? "linking " + run->source_name() : "linking",
              std::max(before.size(), subjects.size()));
  auto is_live = [this](uint32_t person) { return persons_[person].is_live; };
  Matching matching({{roster_->roster(), roster_->persons(), is_live, is_one_each},
                     decided,
                     before,
                     run,
                     subjects,
                     store_,
                     source,
                     is_of_this_file,
                     student_entity_,
                     weighed},
                    std::move(model), pulse, counts);
  auto result = matching.run(weighs_all ? nullptr : &roster_->touched());
  auto records = result.links.size();
  by_source_[source].links = std::move(result.links);
  // What is kept of a source that was not read is linked already, and with no student there is
  // nothing to learn from: neither may be what later nights go by.
  bool may_keep = run && !roster_->persons().empty();
  if (result.learned && may_keep) {
    learned_.put_lesson(source, {learned_.lesson(source).version + 1, now_ms_, records,
                                 roster_->roster().students(), 0});
    learned_.put(source, *result.learned);
  } else {
    learned_.note_changed(source, weighed.changed(), records);
  }
  if (!is_of_this_file && may_keep) learned_.put_file(source);
  learned_.put_weighed(source, roster_->version());
  note_changes(source, before, result.changed);
  count_joined(source, before);
  forget_lost(source, run, before);
  if (by_source_.at(source).is_changed) store_.put_links(source, by_source_.at(source).links);
}

/// Nothing was read of the records, and nothing that they were weighed by is another.
bool People::stands(const std::vector<store::SubjectLink>& links, std::size_t subjects,
                    const std::map<uint32_t, Decided>& decided) const {
  auto may_change = [](const store::SubjectLink& link) {
    return link.rule == store::SubjectLink::decided || link.rule == store::SubjectLink::former;
  };
  return subjects == 0 && decided.empty() && roster_->touched().empty() &&
         std::ranges::none_of(links, may_change);
}

void People::keep_links(uint32_t source, std::vector<store::SubjectLink> links) {
  learned_.note_changed(source, 0, links.size());
  learned_.put_weighed(source, roster_->version());
  auto linked = static_cast<uint64_t>(std::ranges::count_if(links, &store::SubjectLink::is_linked));
  joined_.before += linked;
  by_source_[source].links = std::move(links);
}

std::string People::basis(uint32_t source) const {
  auto roster = store_.source_number(roster_name_);
  std::string all = source == roster ? "" : roster_->version();
  for (auto one : {roster, source}) all += '/' + std::to_string(learned_.lesson(one).version);
  for (const auto& decision : store_.decisions())
    all += (decision.undone_ms ? '-' : '+') + std::to_string(decision.number);
  return all;
}

/// What nobody keeps any more is not kept either. What was mapped again tonight, SourceRun keeps or
/// erases.
void People::forget_lost(uint32_t source, const SourceRun* run,
                         const std::vector<store::SubjectLink>& before) {
  std::vector<uint32_t> lost;
  LinkWalk kept(by_source_.at(source).links);
  for (const auto& was : before)
    if (!kept.find(was.node) && !(run && run->is_mapped(was.node))) lost.push_back(was.node);
  forget(store_, source, lost, [&](uint32_t node) { return is_kept(source, node); });
}

/// Who gains, loses or keeps a changed record is looked at again.
void People::note_changes(uint32_t source, const std::vector<store::SubjectLink>& before,
                          const std::vector<uint32_t>& changed) {
  auto& mine = by_source_.at(source);
  auto is_as_before = [](const store::SubjectLink& link, const store::SubjectLink& was) {
    return was.person == link.person && was.evidence == link.evidence;
  };
  LinkWalk former(before), latter(mine.links);
  for (const auto& link : mine.links) {
    const auto* was = former.find(link.node);
    bool is_same = was && is_as_before(link, *was);
    bool is_new = !is_same || std::ranges::binary_search(changed, link.node);
    if (is_new && link.is_linked()) affected_.push_back(link.person);
    mine.is_changed |= !is_same || was->rule != link.rule || was->weight != link.weight;
  }
  for (const auto& was : before) {
    const auto* now = latter.find(was.node);
    if (now && is_as_before(*now, was)) continue;
    if (was.is_linked()) affected_.push_back(was.person);
    mine.is_changed = true;
  }
}

void People::count_joined(uint32_t source, const std::vector<store::SubjectLink>& before) {
  auto linked =
      static_cast<uint64_t>(std::ranges::count_if(before, &store::SubjectLink::is_linked));
  if (linked == 0) return;
  joined_.before += linked;
  LinkWalk former(before);
  for (const auto& link : by_source_.at(source).links) {
    if (!link.is_linked()) continue;
    const auto* was = former.find(link.node);
    joined_.newly += !was || !was->is_linked() || was->person != link.person;
  }
}

bool People::is_kept(uint32_t source, uint32_t node) const {
  auto mine = by_source_.find(source);
  return mine != by_source_.end() && find(mine->second.links, node) != nullptr;
}

std::vector<std::pair<uint32_t, uint32_t>> People::linked(const SourceRun& run) const {
  std::vector<std::pair<uint32_t, uint32_t>> linked;
  const auto& links = by_source_.at(run.source_number()).links;
  auto take = [&](const store::SubjectLink& link) {
    if (link.is_linked()) linked.emplace_back(link.person, link.node);
  };
  if (are_few(run.mapped().size(), links.size())) {
    for (const auto& live : run.mapped())
      if (const auto* link = find(links, live.node)) take(*link);
  } else {
    for (const auto& link : links)
      if (run.is_mapped(link.node)) take(link);
  }
  return linked;
}

void People::expect_records_of(const std::vector<uint32_t>& persons) const {
  if (persons.empty()) return;
  gathered_ = persons;
  std::vector<bool> is_expected(persons_.size());
  ByNumber<uint32_t> place;
  if (are_few(gathered_.size(), persons_.size())) place.expect_few();
  for (uint32_t i = 0; i < gathered_.size(); ++i) {
    is_expected[gathered_[i]] = true;
    place[gathered_[i]] = i;
  }
  records_from_.assign(gathered_.size() + 1, 0);
  auto each = [&](const auto& visit) {
    for (auto source : order_)
      for (const auto& link : by_source_.at(source).links)
        if (link.is_linked() && is_expected[link.person])
          visit(place.find(link.person), LinkedRecord{source, link.node, link.evidence, link.rule});
  };
  each([&](uint32_t at, const LinkedRecord&) { ++records_from_[at + 1]; });
  for (std::size_t i = 1; i < records_from_.size(); ++i) records_from_[i] += records_from_[i - 1];
  records_.resize(records_from_.back());
  auto next = records_from_;
  each([&](uint32_t at, const LinkedRecord& record) { records_[next[at]++] = record; });
}

std::span<const LinkedRecord> People::records_of(uint32_t person) const {
  auto found = std::ranges::lower_bound(gathered_, person);
  if (found == gathered_.end() || *found != person) {
    std::vector<uint32_t> everybody(persons_.size());
    std::iota(everybody.begin(), everybody.end(), 0u);
    expect_records_of(everybody);
    found = gathered_.begin() + person;
  }
  auto at = static_cast<std::size_t>(found - gathered_.begin());
  return std::span(records_).subspan(records_from_[at], records_from_[at + 1] - records_from_[at]);
}

void People::count(record::PersonCounts& counts) const {
  counts.before = before_;
  counts.created = created_;
  counts.merged = merged_;
  counts.split = split_;
  counts.ended = ended_.size() - merged_;
  counts.total = students_;
  counts.review = 0;
  counts.students = students_;
  for (const auto& [source, mine] : by_source_)
    counts.review +=
        static_cast<uint64_t>(std::ranges::count_if(mine.links, &store::SubjectLink::is_in_review));
}

void People::end_matching() {
  roster_.reset();
}

void People::keep() {
  std::ranges::sort(other_persons_);
  auto doubles = std::ranges::unique(other_persons_);
  other_persons_.erase(doubles.begin(), doubles.end());
  for (auto number : other_persons_) store_.put_person(persons_[number]);
}

}  // namespace homeroom::flow

#include "hub/flow/decide.hpp"

#include <algorithm>
#include <map>

#include "hub/flow/decisions.hpp"
#include "hub/flow/frame.hpp"
#include "hub/flow/review.hpp"
#include "hub/flow/writing.hpp"

namespace homeroom::flow {

namespace {

using store::Verdict;

Error refused(const std::string& why) {
  return {Next::fix_settings, why};
}

std::string undo_first(uint32_t number) {
  return "; undo it first: homeroom review undo " + std::to_string(number) + " --why TEXT";
}

/// Throws when what is said now cannot stand beside what was decided before.
void must_fit(const store::Decision& now, const store::Decision& before, const Joins& joins) {
  if (before.source != now.source || before.record != now.record) return;
  auto its = "decision " + std::to_string(before.number);
  bool is_of_pair = joins.survivor(before.person) == joins.survivor(now.person);
  if (is_of_pair && before.verdict == now.verdict && now.verdict != Verdict::later)
    throw refused(its + " says so already");
  if (is_of_pair && before.verdict != Verdict::later)
    throw refused(its + " says " + word_of(before.verdict) + " of this pair" +
                  undo_first(before.number));
  if (!is_of_pair && before.verdict == Verdict::same && now.verdict == Verdict::same)
    throw refused(its + " says that this record is another student's, and a record is one child's" +
                  undo_first(before.number));
}

/// Throws when a record is one of two students and not the other, who are to be one child.
void must_allow_joining(const std::vector<store::Decision>& all, const Joins& joins) {
  for (const auto& same : all)
    for (const auto& different : all)
      if (same.verdict == Verdict::same && different.verdict == Verdict::different &&
          same.source == different.source && same.record == different.record &&
          joins.survivor(same.person) == joins.survivor(different.person))
        throw refused("a record is the one student's by decision " + std::to_string(same.number) +
                      " and not the other's by decision " + std::to_string(different.number) +
                      undo_first(different.number));
}

std::string key_of(const Hub& hub, const store::Node& node) {
  auto said = contribution_of(node.frame);
  if (said.empty()) return "";
  return std::string(student_row(said, *hub.model().find(record::student_entity)).key());
}

}  // namespace

Kept find_record(const Hub& hub, store::Store& store, const std::string& named) {
  auto colon = named.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == named.size())
    throw refused("a record is named by source:key");
  Kept found;
  found.source_name = hub.source(named.substr(0, colon)).name;
  found.key = named.substr(colon + 1);
  found.source = store.source_number(found.source_name);
  std::vector<store::SubjectLink> links;
  if (found.source != 0) links = store.links(found.source);
  for (const auto& link : links) {
    auto kept = store.node(found.source, link.node);
    if (key_of(hub, kept) != found.key) continue;
    found.node = link.node;
    found.token = kept.token;
    found.person = link.person;
    return found;
  }
  throw refused("no record of " + found.source_name +
                " that is kept has this key; records near no student are forgotten");
}

NamedPair find_pair(const Hub& hub, store::Store& store, const std::string& named) {
  for (const auto& open : open_pairs(hub, store)) {
    if (open.name() != named) continue;
    auto key = key_of(hub, store.node(open.source, open.link.node));
    return {{open.source, open.source_name, open.link.node, open.record, open.link.person, key},
            find_student(hub, store, open.student)};
  }
  throw refused("no open pair has this name; homeroom review list tells them");
}

Verdict verdict_of(const std::string& word) {
  for (auto verdict : {Verdict::same, Verdict::different, Verdict::later})
    if (word == word_of(verdict)) return verdict;
  throw refused("a decision is same, different or later");
}

std::string word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::same:
      return "same";
    case Verdict::different:
      return "different";
    case Verdict::later:
      return "later";
  }
  return "";
}

namespace {

/// The record that founded a person, or the first of those that are this person.
std::string roster_key(const Hub& hub, store::Store& store, uint32_t roster, uint32_t person) {
  auto links = store.links(roster);
  std::erase_if(links, [&](const store::SubjectLink& link) { return link.person != person; });
  auto own = std::ranges::find_if(links, [](const auto& link) { return link.rule == 0; });
  if (own == links.end()) own = links.begin();
  return own == links.end() ? "" : key_of(hub, store.node(roster, own->node));
}

/// A decision on the roster joins two persons: the one with the greater number to the other.
void join_persons(const Hub& hub, const NamedPair& pair, store::Decision& decision) {
  if (decision.verdict != Verdict::same)
    throw refused("two students stay two until somebody says that they are the same");
  auto [survivor, joined] = std::minmax(pair.record.person, pair.student.person.number);
  if (survivor == joined) throw refused("these are one student already");
  decision.record = joined;
  decision.person = survivor;
  if (joined == pair.record.person) return;
  auto reading = open_for_reading(hub);
  decision.key = roster_key(hub, *reading.store, pair.record.source, joined);
}

}  // namespace

uint32_t decide(const Hub& hub, const NamedPair& pair, const Said& said) {
  must_have_reason(said.why);
  store::Decision decision;
  decision.source = pair.record.source;
  decision.record = pair.record.token;
  decision.person = pair.student.person.number;
  decision.verdict = said.verdict;
  decision.made_ms = hub.clock().now_ms();
  decision.actor = said.actor;
  decision.key = pair.record.key;
  decision.why = said.why;
  bool is_join = pair.record.source_name == hub.workspace().roster;
  if (is_join) join_persons(hub, pair, decision);
  store::AuditRow row{decision.made_ms, said.actor, "decide " + word_of(said.verdict),
                      pair.student.person.id + ' ' + pair.record.source_name + " record " +
                          std::to_string(pair.record.node),
                      said.why};
  return with_store(hub, "a decision", [&](store::Store& store) {
    auto all = standing(store.decisions());
    auto roster = store.source_number(hub.workspace().roster);
    Joins joins(all, roster);
    for (const auto& before : all) must_fit(decision, before, joins);
    all.push_back(decision);
    if (is_join) must_allow_joining(all, Joins(all, roster));
    return store.put_decision(decision, row);
  });
}

void undo_decision(const Hub& hub, uint32_t number, const std::string& actor,
                   const std::string& why) {
  must_have_reason(why);
  with_store(hub, "undoing a decision", [&](store::Store& store) {
    auto all = told_decisions(hub, store);
    auto found =
        std::ranges::find(all, number, [](const auto& told) { return told.decision.number; });
    if (found == all.end())
      throw refused("no decision has this number; homeroom review list --decided tells them");
    if (found->decision.undone_ms)
      throw refused("decision " + std::to_string(number) + " was undone before");
    store.undo_decision(number, {hub.clock().now_ms(), actor, "undo decision",
                                 found->student + ' ' + found->source, why});
  });
}

std::vector<ToldDecision> told_decisions(const Hub& hub, store::Store& store) {
  std::vector<ToldDecision> told;
  for (auto& decision : store.decisions()) told.push_back({std::move(decision), "", ""});
  if (told.empty()) return told;
  std::map<uint32_t, std::string> sources;
  for (const auto& source : hub.workspace().sources)
    sources[store.source_number(source.name)] = source.name;
  for (auto& one : told)
    if (auto known = sources.find(one.decision.source); known != sources.end())
      one.source = known->second;
  store.each_person([&](const store::Person& person) {
    for (auto& one : told)
      if (one.decision.person == person.number) one.student = person.id;
  });
  return told;
}

}  // namespace homeroom::flow

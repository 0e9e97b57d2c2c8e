#include "hub/flow/past_time.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "hub/flow/heard.hpp"
#include "hub/flow/quarantine.hpp"
#include "hub/store/store.hpp"
#include "hub/world/digest.hpp"

namespace homeroom::flow {

namespace {

constexpr int64_t day_ms = 86'400'000;
// Classes that tell nothing of a child.
constexpr const char* run_reports = "run reports";
constexpr const char* states = "states";

int32_t day_of(int64_t ms) {
  return static_cast<int32_t>(ms / day_ms);
}

/// How long records of a source may stay after it was heard last: what its law says, the shortest
/// where the workspace knows the source no more.
std::pair<std::string, int64_t> kept_for(const settings::Workspace& workspace,
                                         const std::string& source) {
  const auto& records = workspace.retention.records;
  auto found = std::ranges::find(workspace.sources, source, &settings::Source::name);
  if (found != workspace.sources.end())
    return {"under " + found->regime, records.at(found->regime)};
  auto shortest = std::ranges::min_element(records, {}, [](const auto& one) { return one.second; });
  return {"of former sources", shortest->second};
}

/// The agreement under which a source is heard has ended, and so has the time to destroy what came.
bool must_be_destroyed(const settings::Workspace& workspace, const std::string& source,
                       int32_t today) {
  auto found = std::ranges::find(workspace.sources, source, &settings::Source::name);
  if (found == workspace.sources.end() || found->agreement.empty()) return false;
  auto agreement =
      std::ranges::find(workspace.agreements, found->agreement, &settings::Agreement::name);
  return agreement != workspace.agreements.end() && agreement->ends &&
         *agreement->ends + agreement->destroy_days < today;
}

}  // namespace

PastTime::PastTime(const Hub& hub, store::Store& store, keys::KeyRing& keys)
    : hub_(hub), store_(store) {
  look_at_quarantine();
  look_at_left_students(keys);
  for (const auto& [number, source] : store_.sources())
    if (source != hub_.workspace().roster) look_at_source(number, source);
  look_at_runs();
  look_at_states();
}

uint64_t PastTime::count() const {
  uint64_t count = 0;
  for (const auto& one : classes_) count += one.past;
  return count;
}

Retained PastTime::records() const {
  Retained all{"records", 0, 0, 0};
  for (const auto& one : classes_) {
    if (one.name == run_reports || one.name == states) continue;
    all.stored += one.stored;
    all.past += one.past;
  }
  return all;
}

std::string PastTime::digest() const {
  return world::hex(world::sha256(names_));
}

Retained& PastTime::begin(const std::string& name, int64_t days) {
  auto found = std::ranges::find(classes_, name, &Retained::name);
  if (found != classes_.end()) return *found;
  return classes_.emplace_back(Retained{name, days, 0, 0});
}

int64_t PastTime::before_ms(int64_t days) const {
  return (hub_.run_date() - days) * day_ms;
}

// By the day of the run: a clock that tests set, and a night that is made up later, mean that day.
void PastTime::erase(keys::Unit unit, uint32_t scope, uint64_t id) {
  erasures_.push_back({0, hub_.run_date() * day_ms, unit, scope, id, 0});
  name(std::to_string(static_cast<int>(unit)) + ' ' + std::to_string(scope) + ' ' +
       std::to_string(id));
}

void PastTime::look_at_quarantine() {
  auto& of = begin("quarantine", hub_.workspace().retention.quarantine);
  for (const auto& row : store_.quarantine()) {
    ++of.stored;
    if (row.seen_on == 0 || !is_past(row.seen_on, of.days)) continue;
    ++of.past;
    erase(keys::Unit::quarantine, static_cast<uint32_t>(row.run), row.number);
  }
}

void PastTime::look_at_left_students(keys::KeyRing& keys) {
  auto& of = begin("left students", hub_.workspace().retention.left_students);
  std::unordered_map<uint64_t, int32_t> erased;  // who left again is past the time again
  for (const auto& one : keys.erasures(0))
    if (one.unit == keys::Unit::profile) erased[one.id] = day_of(one.at_ms);
  std::unordered_set<uint32_t> past;
  store_.each_person([&](const store::Person& person) {
    if (person.is_live || !person.ended_on || !person.merged_into.empty()) return;
    auto known = erased.find(person.number);
    if (known != erased.end() && known->second >= *person.ended_on) return;
    ++of.stored;
    if (is_past(*person.ended_on, of.days)) past.insert(person.number);
  });
  of.past = past.size();
  if (past.empty()) return;
  std::vector<uint32_t> persons(past.begin(), past.end());
  std::ranges::sort(persons);
  for (auto person : persons) {
    for (auto unit : {keys::Unit::profile, keys::Unit::correction, keys::Unit::decision})
      erase(unit, 0, person);
    for (const auto& [destination, name] : store_.destinations())
      erase(keys::Unit::refusal, destination, person);
  }
  for (const auto& [source, name] : store_.sources())
    for (const auto& link : store_.links(source))
      if (past.contains(link.person)) erase(keys::Unit::frame, source, link.node);
}

void PastTime::look_at_source(uint32_t number, const std::string& source) {
  auto [of_what, days] = kept_for(hub_.workspace(), source);
  auto& of = begin("records " + of_what, days);
  std::vector<uint32_t> nodes;
  store_.each_node(number, [&](const store::NodeIndex& node) { nodes.push_back(node.id); });
  of.stored += nodes.size();
  auto heard = heard_on(store_, source);
  bool is_out = (heard && is_past(*heard, days)) ||
                must_be_destroyed(hub_.workspace(), source, hub_.run_date());
  if (!is_out || nodes.empty()) return;
  of.past += nodes.size();
  sources_.push_back(source);
  for (auto node : nodes) erase(keys::Unit::frame, number, node);
}

void PastTime::look_at_runs() {
  auto& of = begin(run_reports, hub_.workspace().retention.run_reports);
  runs_before_ms_ = before_ms(of.days);
  for (const auto& run : store_.runs(UINT32_MAX)) {
    ++of.stored;
    if (run.started_ms >= runs_before_ms_) continue;
    ++of.past;
    name("run " + std::to_string(run.number));
  }
}

// The newest of each stream is how far it is read now.
void PastTime::look_at_states() {
  auto& of = begin(states, hub_.workspace().retention.states);
  states_before_ms_ = before_ms(of.days);
  std::map<std::pair<std::string, std::string>, uint64_t> newest;
  for (const auto& former : store_.stream_history()) {
    const auto& state = former.state;
    auto [known, is_first] =
        newest.emplace(std::pair(state.source, state.stream), former.generation);
    ++of.stored;
    if (is_first || state.as_of_ms >= states_before_ms_) continue;
    ++of.past;
    name("state " + std::to_string(former.generation) + ' ' + state.source + ' ' + state.stream);
  }
}

}  // namespace homeroom::flow

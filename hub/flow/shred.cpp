#include "hub/flow/shred.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <vector>

#include "hub/flow/erasures.hpp"
#include "hub/flow/frame.hpp"
#include "hub/flow/inspect.hpp"
#include "hub/flow/intake.hpp"
#include "hub/flow/layout.hpp"
#include "hub/flow/people.hpp"
#include "hub/flow/quarantine.hpp"
#include "hub/flow/writing.hpp"

namespace homeroom::flow {

namespace {

using keys::Unit;
using store::SubjectLink;

/// Finds what is a child's, destroys its keys and lets the store forget it.
class Shredder {
 public:
  Shredder(const Hub& hub, keys::KeyRing& keys, store::Store& store)
      : hub_(hub), keys_(keys), store_(store), now_ms_(hub.clock().now_ms()) {
    store.each_person([&](const store::Person& person) { persons_.push_back(person); });
  }

  Shredded run(const Shredding& what) {
    auto person = find(what.student);
    done_.student = person.id;
    if (auto since_ms = forgotten_since(person)) {
      done_.since_ms = *since_ms;
      apply_erasures(store_, keys_, hub_.run_date());  // where that was stopped on its way
      return done_;
    }
    gather_persons(person);
    for (const auto& [number, name] : store_.sources()) gather_records(number, name);
    gather_reasons();
    for (const auto& [destination, name] : store_.destinations()) count_owed(destination);
    store_.put_audit({now_ms_, what.actor, "shred", person.id, what.why});
    for (const auto& erasure : erasures_) keys_.erase(erasure);
    keys_.save();
    apply_erasures(store_, keys_, hub_.run_date());
    return done_;
  }

 private:
  const store::Person& with_id(const std::string& id) const {
    auto found = std::ranges::find(persons_, id, &store::Person::id);
    if (found == persons_.end()) throw Error(Next::fix_settings, "nobody is known by that");
    return found->merged_into.empty() ? *found : with_id(found->merged_into);
  }

  store::Person find(const std::string& named) const {
    if (named.starts_with("p-") && named.find(':') == named.npos) return with_id(named);
    const auto& roster = hub_.workspace().roster;
    if (!named.starts_with(roster + ':')) return find_student(hub_, store_, named).person;
    return with_id(founding_id(keys_, roster, named.substr(roster.size() + 1)));
  }

  /// Once more would destroy the reason that was written down for it, and forget nothing else.
  std::optional<int64_t> forgotten_since(const store::Person& person) const {
    auto token = token_of_person(keys_, person.id);
    for (const auto& erasure : keys_.erasures(0))
      if (erasure.unit == Unit::profile && erasure.token == token) return erasure.at_ms;
    return std::nullopt;
  }

  void erase(Unit unit, uint32_t scope, uint64_t id, uint64_t token = 0) {
    erasures_.push_back({0, now_ms_, unit, scope, id, token});
  }

  /// The person, and those who were joined to it.
  void gather_persons(const store::Person& survivor) {
    for (const auto& person : persons_) {
      bool is_theirs = person.number == survivor.number ||
                       (!person.merged_into.empty() && with_id(person.id).id == survivor.id);
      if (!is_theirs) continue;
      theirs_.insert(person.number);
      ids_.push_back(person.id);
      erase(Unit::profile, 0, person.number, token_of_person(keys_, person.id));
      erase(Unit::correction, 0, person.number);
      erase(Unit::decision, 0, person.number);
      for (const auto& [destination, name] : store_.destinations())
        erase(Unit::refusal, destination, person.number);
    }
  }

  void gather_records(uint32_t source, const std::string& name) {
    std::vector<uint32_t> linked;
    std::unordered_set<uint32_t> others;
    for (const auto& link : store_.links(source)) {
      if (link.is_linked() && theirs_.contains(link.person))
        linked.push_back(link.node);
      else
        others.insert(link.node);
    }
    auto nodes = with_ties(source, linked, others);
    if (nodes.empty()) return;
    std::unordered_set<uint64_t> tokens;
    store_.each_node(source, [&](const store::NodeIndex& node) {
      if (!nodes.contains(node.id)) return;
      tokens.insert(node.token);
      erase(Unit::frame, source, node.id, node.token);
    });
    done_.records += linked.size();
    gather_asides(name, tokens);
  }

  /// With all that hangs together with them, unless another child hangs there, too.
  std::unordered_set<uint32_t> with_ties(uint32_t source, const std::vector<uint32_t>& linked,
                                         const std::unordered_set<uint32_t>& others) const {
    std::unordered_set<uint32_t> nodes(linked.begin(), linked.end());
    for (auto start : linked) {
      std::vector<uint32_t> component{start};
      std::unordered_set<uint32_t> seen{start};
      for (std::size_t at = 0; at < component.size(); ++at)
        each_packed<uint32_t>(store_.neighbors(source, component[at]), [&](uint32_t node) {
          if (seen.insert(node).second) component.push_back(node);
        });
      bool is_shared =
          std::ranges::any_of(component, [&](auto one) { return others.contains(one); });
      if (!is_shared) nodes.insert(component.begin(), component.end());
    }
    return nodes;
  }

  void gather_asides(const std::string& source, const std::unordered_set<uint64_t>& tokens) {
    auto layouts = unpack_layouts(store_.digest("layout:" + source).value_or(""));
    for (const auto& row : store_.quarantine()) {
      if (row.source != source) continue;
      auto layout = std::ranges::find(layouts, row.what.stream, &Layout::stream);
      auto subject = layout == layouts.end() ? std::string() : subject_of(row.what, *layout);
      if (subject.empty())
        ++done_.asides_left;
      else if (tokens.contains(keys_.token(space_id(layout->space), subject)))
        ++done_.asides, erase(Unit::quarantine, static_cast<uint32_t>(row.run), row.number);
    }
  }

  void gather_reasons() {
    for (const auto& id : ids_)
      for (auto number : store_.audit_about(id)) ++done_.reasons, erase(Unit::audit, 0, number);
  }

  void count_owed(uint32_t destination) {
    bool is_owed = false;
    store_.each_share(destination, [&](const store::ShareRow& row) {
      is_owed |= theirs_.contains(row.person) && row.state != store::ShareState::none &&
                 row.state != store::ShareState::removed && row.state != store::ShareState::held;
    });
    done_.destinations += is_owed;
  }

  const Hub& hub_;
  keys::KeyRing& keys_;
  store::Store& store_;
  int64_t now_ms_;
  std::vector<store::Person> persons_;
  std::unordered_set<uint32_t> theirs_;
  std::vector<std::string> ids_;
  std::vector<keys::Erasure> erasures_;
  Shredded done_;
};

}  // namespace

Shredded shred(const Hub& hub, const Shredding& what) {
  must_have_reason(what.why);
  world::Lock lock(hub.lock_file(), "forgetting a child", hub.clock());
  auto keys = hub.open_keys();
  auto store = hub.open_store(*keys, true);
  return Shredder(hub, *keys, *store).run(what);
}

}  // namespace homeroom::flow

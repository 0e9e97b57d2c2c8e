#include "hub/flow/erasures.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/flow/frame.hpp"
#include "hub/flow/students.hpp"
#include "hub/keys/keys.hpp"
#include "hub/record/varint.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

using store::ShareState;
using store::SubjectLink;

constexpr uint32_t person_space = 0xFFFFFFE1;  // of KeyRing::token; nothing else uses it
constexpr const char* known_name = "store: erasures";

/// One application of what the keys tell.
class Forgetting {
 public:
  Forgetting(store::Store& store, keys::KeyRing& keys, const std::vector<keys::Erasure>& erasures,
             int32_t run_date)
      : store_(store), keys_(keys), run_date_(run_date) {
    for (const auto& one : erasures) {
      auto id = static_cast<uint32_t>(one.id);
      if (one.unit == keys::Unit::frame && one.token != 0) records_.insert(one.token);
      if (one.unit == keys::Unit::frame && one.token == 0) past_records_[one.scope].insert(id);
      if (one.unit == keys::Unit::profile && one.token != 0) persons_.emplace(id, one.token);
      if (one.unit == keys::Unit::profile && one.token == 0) past_persons_.insert(id);
    }
  }

  uint64_t run() {
    bool are_lost = store_.drop_unreadable();  // before anybody opens what has no key
    forget_persons();
    uint64_t gone = 0;
    for (const auto& [source, name] : store_.sources()) gone += forget_records(source);
    for (auto token : records_) store_.forget_decisions(token);
    if (gone > 0 || are_lost) weigh_anew(store_, are_lost);
    return gone;
  }

 private:
  // A number may be another child's in a store that went other ways since: the token says.
  void forget_persons() {
    std::vector<store::Person> theirs;
    std::vector<store::Person> past;
    store_.each_person([&](const store::Person& person) {
      if (past_persons_.contains(person.number)) past.push_back(person);
      auto found = persons_.find(person.number);
      if (found == persons_.end()) return;
      if (found->second == token_of_person(keys_, person.id))
        theirs.push_back(person);
      else
        persons_.erase(found);
    });
    for (auto& person : past) {
      if (persons_.contains(person.number) || !is_profile_gone(person.number)) continue;
      persons_.emplace(person.number, token_of_person(keys_, person.id));
      left_.insert(person.number);
      theirs.push_back(std::move(person));
    }
    for (auto& person : theirs) {
      store_.forget_person(person.number);
      if (person.is_live) person.ended_on = run_date_;
      person.is_live = false;
      store_.put_person(person);
    }
    for (const auto& [destination, name] : store_.destinations()) owe_removals(destination);
  }

  // Who came again since has a profile and records under newer keys.
  bool is_profile_gone(uint32_t person) {
    try {
      return !store_.profile(person);
    } catch (const Error&) {
      return true;
    }
  }
  bool is_record_gone(uint32_t source, uint32_t node) {
    try {
      return store_.node(source, node).frame.empty();
    } catch (const Error&) {
      return true;
    }
  }

  void owe_removals(uint32_t destination) {
    std::vector<store::ShareRow> theirs;
    store_.each_share(destination, [&](const store::ShareRow& row) {
      if (persons_.contains(row.person)) theirs.push_back(row);
    });
    for (auto& row : theirs) {
      bool may_hold = row.state == ShareState::sent || row.state == ShareState::owed ||
                      row.state == ShareState::refused;
      if (may_hold) {
        row.state = ShareState::removal_owed;
        row.sequence = std::max(row.sequence, store_.first_sequence()) + 1;
      }
      row.digest = {};
      row.outcome = store::ShareTally::withheld;
      row.fields_withheld = 0;
      store_.put_share(row);
    }
  }

  uint64_t forget_records(uint32_t source) {
    auto gone = past_records(source);
    // Profiles that stay were made of those.
    if (!gone.empty()) store_.put_digest("merge", "");
    store_.each_node(source, [&](const store::NodeIndex& node) {
      if (records_.contains(node.token)) gone.insert(node.id);
    });
    for (const auto& link : store_.links(source))
      if (link.is_linked() && left_.contains(link.person)) gone.insert(link.node);
    std::vector<uint32_t> nodes(gone.begin(), gone.end());
    if (!nodes.empty()) {
      untie(source, nodes);
      store_.forget_records(source, nodes);
    }
    leave_review(source);
    return nodes.size();
  }

  /// Records whose time was over, as far as the store has them.
  std::set<uint32_t> past_records(uint32_t source) {
    std::set<uint32_t> found;
    auto past = past_records_.find(source);
    if (past == past_records_.end()) return found;
    store_.each_node(source, [&](const store::NodeIndex& node) {
      if (past->second.contains(node.id)) found.insert(node.id);
    });
    std::erase_if(found, [&](uint32_t node) { return !is_record_gone(source, node); });
    return found;
  }

  /// Records that stay are tied to them no more.
  void untie(uint32_t source, const std::vector<uint32_t>& nodes) {
    std::unordered_set<uint32_t> tied;
    for (auto node : nodes)
      each_packed<uint32_t>(store_.neighbors(source, node), [&](uint32_t other) {
        if (!std::ranges::binary_search(nodes, other)) tied.insert(other);
      });
    for (auto id : tied) {
      auto node = store_.node(source, id);
      std::vector<uint32_t> kept;
      each_packed<uint32_t>(node.neighbors, [&](uint32_t other) {
        if (!std::ranges::binary_search(nodes, other)) kept.push_back(other);
      });
      pack_sorted(std::span<const uint32_t>(kept), node.neighbors);
      store_.put_node(source, node);
    }
  }

  /// A record that waited for a person to say whether it is theirs is weighed again.
  void leave_review(uint32_t source) {
    std::vector<SubjectLink> waiting;
    for (const auto& link : store_.links(source))
      if (persons_.contains(link.person)) waiting.push_back(link);
    for (auto& link : waiting) {
      link = {link.node, SubjectLink::nobody, 0, SubjectLink::decided, 0};
      store_.put_link(source, link);
    }
  }

  store::Store& store_;
  keys::KeyRing& keys_;
  int32_t run_date_;
  std::unordered_set<uint64_t> records_;                                     ///< tokens
  std::unordered_map<uint32_t, uint64_t> persons_;                           ///< token by number
  std::unordered_map<uint32_t, std::unordered_set<uint32_t>> past_records_;  ///< nodes by source
  std::unordered_set<uint32_t> past_persons_;
  std::unordered_set<uint32_t> left_;  ///< of those, whose time is over in this store
};

}  // namespace

uint64_t token_of_person(const keys::KeyRing& keys, std::string_view id) {
  return keys.token(person_space, id);
}

uint64_t apply_erasures(store::Store& store, keys::KeyRing& keys, int32_t run_date,
                        bool takes_its_word) {
  if (store.is_new()) return 0;
  auto known = takes_its_word ? std::stoull(store.digest(known_name).value_or("0")) : 0;
  auto erasures = keys.erasures(known);
  if (erasures.empty()) return 0;
  store.begin();
  try {
    auto gone = Forgetting(store, keys, erasures, run_date).run();
    store.put_digest(known_name, std::to_string(erasures.back().number));
    store.publish();
    return gone;
  } catch (...) {
    store.rollback();
    throw;
  }
}

}  // namespace homeroom::flow

#include "hub/flow/erasures.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

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
      if (one.unit == keys::Unit::frame) records_.insert(one.token);
      if (one.unit == keys::Unit::profile)
        persons_.emplace(static_cast<uint32_t>(one.id), one.token);
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
    store_.each_person([&](const store::Person& person) {
      auto found = persons_.find(person.number);
      if (found == persons_.end()) return;
      if (found->second == token_of_person(keys_, person.id))
        theirs.push_back(person);
      else
        persons_.erase(found);
    });
    for (auto& person : theirs) {
      store_.forget_person(person.number);
      if (person.is_live) person.ended_on = run_date_;
      person.is_live = false;
      store_.put_person(person);
    }
    for (const auto& [destination, name] : store_.destinations()) owe_removals(destination);
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
      row.fields_withheld = 0;
      store_.put_share(row);
    }
  }

  uint64_t forget_records(uint32_t source) {
    std::vector<uint32_t> nodes;
    store_.each_node(source, [&](const store::NodeIndex& node) {
      if (records_.contains(node.token)) nodes.push_back(node.id);
    });
    std::ranges::sort(nodes);
    if (!nodes.empty()) {
      untie(source, nodes);
      store_.forget_records(source, nodes);
    }
    leave_review(source);
    return nodes.size();
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
    store_.each_link(source, [&](const SubjectLink& link) {
      if (persons_.contains(link.person)) waiting.push_back(link);
    });
    for (auto& link : waiting) {
      link = {link.node, SubjectLink::nobody, 0, SubjectLink::decided, 0};
      store_.put_link(source, link);
    }
  }

  store::Store& store_;
  keys::KeyRing& keys_;
  int32_t run_date_;
  std::unordered_set<uint64_t> records_;            ///< tokens
  std::unordered_map<uint32_t, uint64_t> persons_;  ///< token by number
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

#include "hub/flow/shares.hpp"

#include <algorithm>

#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

using store::ShareRow;
using store::ShareState;

LookedUp<ShareRow>::From shares_in(store::Store& store, uint32_t destination) {
  return {[&store, destination](uint32_t person) { return store.share(destination, person); },
          [&store, destination](const auto& take) {
            store.each_share(destination, [&](const ShareRow& row) { take(row.person, row); });
          },
          [destination](uint32_t person) {
            ShareRow none;
            none.destination = destination;
            none.person = person;
            none.outcome = store::ShareTally::withheld;
            return none;
          }};
}

}  // namespace

Shares::Shares(store::Store& store, uint32_t destination, uint32_t persons)
    : store_(store),
      destination_(destination),
      rows_(persons, shares_in(store, destination)),
      tally_(store.share_tally(destination)) {}

void Shares::put(const ShareRow& row) {
  auto& stands = rows_[row.person];
  if (stands == row) return;
  stands = row;
  changed_.insert(row.person);
}

void Shares::stage() {
  std::vector<uint32_t> persons(changed_.begin(), changed_.end());
  std::ranges::sort(persons);
  for (auto person : persons) store_.put_share(rows_[person]);
  tally_ = store_.share_tally(destination_);
}

std::vector<uint32_t> Shares::in(std::initializer_list<ShareState> states) const {
  auto is_wanted = [&](ShareState state) {
    return std::ranges::find(states, state) != states.end();
  };
  uint64_t count = 0;
  for (auto state : states) count += tally_.in(state);
  std::vector<uint32_t> persons;
  for (auto person : changed_)
    if (is_wanted(rows_[person].state)) persons.push_back(person);
  if (persons.size() != count) {  // some wait since an earlier run
    persons.clear();
    store_.each_share(destination_, [&](const ShareRow& row) {
      if (is_wanted(row.state)) persons.push_back(row.person);
    });
    rows_.expect(persons.size());
  }
  std::ranges::sort(persons);
  return persons;
}

std::vector<uint32_t> Shares::all() const {
  rows_.bring_all();
  std::vector<uint32_t> persons;
  for (uint32_t person = 0; person < rows_.size(); ++person)
    if (rows_[person].state != ShareState::none) persons.push_back(person);
  return persons;
}

}  // namespace homeroom::flow

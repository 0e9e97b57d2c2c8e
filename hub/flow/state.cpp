#include "hub/flow/state.hpp"

#include <algorithm>
#include <map>

#include "hub/extract/extract.hpp"
#include "hub/flow/writing.hpp"
#include "hub/plugin/plugin.hpp"

namespace homeroom::flow {

namespace {

using store::FormerStreamState;
using store::StreamState;
using Name = std::pair<std::string, std::string>;  ///< source and stream

Name name_of(const StreamState& state) {
  return {state.source, state.stream};
}

bool is_same(const StreamState& a, const StreamState& b) {
  return a.cursor == b.cursor && a.as_of_ms == b.as_of_ms && a.records == b.records &&
         a.proof == b.proof;
}

/// Newest first; the first of each stream that was published by then.
std::vector<FormerStreamState> newest_until(const std::vector<FormerStreamState>& history,
                                            uint64_t generation) {
  std::map<Name, FormerStreamState> found;
  for (const auto& one : history)
    if (one.generation <= generation) found.try_emplace(name_of(one.state), one);
  std::vector<FormerStreamState> all;
  for (auto& [name, one] : found) all.push_back(std::move(one));
  return all;
}

void must_exist(store::Store& store, uint64_t generation) {
  if (generation <= store.generation()) return;
  throw Error(Next::fix_settings, "no generation " + std::to_string(generation) +
                                      "; the newest is " + std::to_string(store.generation()));
}

std::string word_for(const StreamState& published, const plugin::StreamInfo& offered) {
  if (published.as_of_ms == 0 || offered.as_of_ms == 0) return "it does not tell how new it is";
  if (offered.as_of_ms == published.as_of_ms) return "as published";
  return offered.as_of_ms > published.as_of_ms ? "newer" : "older";
}

void compare_source(const Hub& hub, const settings::Source& source,
                    std::map<Name, StreamState>& published, std::vector<Offered>& all) {
  std::vector<extract::Offer> offers;
  std::string trouble = "not offered";
  try {
    offers = extract::discover(hub.open_feeds(source));
  } catch (const Error& error) {
    trouble = error.what();
  }
  for (const auto& offer : offers) {
    auto known = published.find({source.name, offer.info.name});
    all.push_back({source.name, offer.info.name,
                   known == published.end() ? "new" : word_for(known->second, offer.info)});
    if (known != published.end()) published.erase(known);
  }
  for (const auto& [name, state] : published)
    if (name.first == source.name) all.push_back({name.first, name.second, trouble});
}

StreamState known_state(const Hub& hub, store::Store& store, const StateSetting& what) {
  hub.source(what.source);  // refuses an unknown one
  if (auto state = store.stream_state(what.source, what.stream)) return *state;
  std::vector<std::string> names;
  for (const auto& state : store.stream_states())
    if (state.source == what.source) names.push_back(state.stream);
  auto near = settings::did_you_mean(what.stream, names);
  throw Error(Next::fix_settings, "no stream " + what.stream + " of " + what.source +
                                      " was published" +
                                      (near ? ", did you mean " + *near + "?" : ""));
}

void must_tell_cursors(store::Store& store, const StreamState& state) {
  if (!state.cursor.empty()) return;
  for (const auto& one : store.stream_history())
    if (name_of(one.state) == name_of(state) && !one.state.cursor.empty()) return;
  throw Error(Next::fix_settings, state.source + ' ' + state.stream +
                                      " is read whole each time: it has no cursor to set");
}

}  // namespace

std::vector<FormerStreamState> states_at(store::Store& store, std::optional<uint64_t> generation) {
  if (generation) must_exist(store, *generation);
  auto history = store.stream_history();
  if (generation) return newest_until(history, *generation);
  auto all = newest_until(history, UINT64_MAX);
  // A store of before history was kept.
  for (const auto& state : store.stream_states())
    if (std::ranges::none_of(all,
                             [&](const auto& one) { return name_of(one.state) == name_of(state); }))
      all.push_back({0, state});
  return all;
}

std::vector<StateChange> compare(const std::vector<FormerStreamState>& before,
                                 const std::vector<FormerStreamState>& after) {
  std::map<Name, StateChange> changes;
  for (const auto& one : before) changes[name_of(one.state)].before = one.state;
  for (const auto& one : after) changes[name_of(one.state)].after = one.state;
  std::vector<StateChange> all;
  for (auto& [name, change] : changes) {
    if (change.before && change.after && is_same(*change.before, *change.after)) continue;
    change.source = name.first;
    change.stream = name.second;
    all.push_back(std::move(change));
  }
  return all;
}

std::vector<Offered> compare_with_sources(const Hub& hub, store::Store& store) {
  std::map<Name, StreamState> published;
  for (const auto& state : store.stream_states()) published[name_of(state)] = state;
  std::vector<Offered> all;
  for (const auto& source : hub.workspace().sources) compare_source(hub, source, published, all);
  return all;
}

void try_cursor(const Hub& hub, const std::string& source, const std::string& stream,
                const std::string& cursor) {
  for (const auto& offer : extract::discover(hub.open_feeds(hub.source(source)))) {
    if (offer.info.name != stream) continue;
    plugin::ReadRequest request;
    request.stream = stream;
    request.since = cursor;
    request.mode = plugin::Mode::changes;
    for (const auto& column : offer.info.columns) request.columns.push_back(column.name);
    offer.instance->read(request)->next();
    return;
  }
  throw Error(Next::fix_settings,
              source + " does not offer " + stream + " now, so the cursor cannot be tried");
}

void set_cursor(const Hub& hub, const StateSetting& what) {
  must_have_reason(what.why);
  with_store(hub, "setting a cursor", [&](store::Store& store) {
    auto state = known_state(hub, store, what);
    must_tell_cursors(store, state);
    try_cursor(hub, what.source, what.stream, what.cursor);
    state.cursor = what.cursor;
    state.feeds_digest = hub.feeds_digest(hub.source(what.source));
    store.set_stream_states({state}, {hub.clock().now_ms(), what.actor, "set state",
                                      what.source + ' ' + what.stream, what.why});
  });
}

// What is published stays, and so does what its states tell of it: only where reading goes on is
// taken back. A stream that was not known then is read from its beginning.
std::vector<FormerStreamState> roll_back(const Hub& hub, const StateRollback& what) {
  must_have_reason(what.why);
  if (!what.source.empty()) hub.source(what.source);
  return with_store(hub, "rolling streams back", [&](store::Store& store) {
    must_exist(store, what.generation);
    std::map<Name, FormerStreamState> then;
    for (auto& one : newest_until(store.stream_history(), what.generation))
      then[name_of(one.state)] = std::move(one);
    std::vector<FormerStreamState> back;
    std::vector<StreamState> states;
    for (auto state : store.stream_states()) {
      const auto& [generation, stood] = then[name_of(state)];
      bool is_asked = what.source.empty() || state.source == what.source;
      if (!is_asked || state.cursor == stood.cursor) continue;
      state.cursor = stood.cursor;
      state.feeds_digest = stood.feeds_digest;
      back.push_back({generation, state});
      states.push_back(std::move(state));
    }
    if (back.empty())
      throw Error(Next::fix_settings, "no stream was read on from elsewhere in generation " +
                                          std::to_string(what.generation) +
                                          "; homeroom state diff compares");
    store.set_stream_states(states, {hub.clock().now_ms(), what.actor, "roll state back",
                                     "generation " + std::to_string(what.generation), what.why});
    return back;
  });
}

}  // namespace homeroom::flow

#include "hub/flow/profiles.hpp"

#include <algorithm>
#include <array>

#include "hub/record/json.hpp"
#include "hub/world/digest.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::flow {

namespace {

using store::ShareState;

std::string raw_digest(std::string_view body) {
  auto digest = world::sha256(body);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Whether the destination may hold some version of this share.
bool may_hold(ShareState state) {
  return state == ShareState::sent || state == ShareState::owed || state == ShareState::refused;
}

}  // namespace

Profiles::Profiles(const record::Model& model, store::Store& store, const People& people,
                   const merge::Merger& merger, govern::Governor& governor,
                   const std::vector<std::string>& source_names,
                   const std::map<uint32_t, uint32_t>& name_of_source, uint64_t run, int32_t run_date,
                   std::function<void(const char* stage)> enter)
    : model_(model),
      store_(store),
      people_(people),
      merger_(merger),
      governor_(governor),
      source_names_(source_names),
      name_of_source_(name_of_source),
      run_(run),
      run_date_(run_date),
      enter_(std::move(enter)) {
  auto persons = people.persons().size();
  index_.resize(persons);
  has_profile_.resize(persons, 0);
  is_fresh_.resize(persons, 0);
  store.each_profile_index([&](const store::Profile& profile) {
    index_[profile.person] = profile;
    has_profile_[profile.person] = 1;
    ++counts_.before;
  });
  for (const auto& name : governor.destinations()) {
    auto number = store.destination_number(name);
    auto& rows = shares_.emplace_back(persons);
    for (uint32_t person = 0; person < persons; ++person) {
      rows[person].destination = number;
      rows[person].person = person;
    }
    store.each_share(number, [&](const store::ShareRow& row) { rows[row.person] = row; });
    is_put_.emplace_back(persons, 0);
    deliveries_.emplace_back().destination = name;
  }
}

std::string Profiles::school_of(std::string_view rows) const {
  auto enrollment = model_.find("enrollment");
  if (!enrollment) return "";
  auto field = model_.entities[*enrollment].find("school");
  std::string school;
  record::each_row(rows, [&](const record::RowView& row) {
    if (school.empty() && field && row.entity() == *enrollment) school = row.find(*field);
  });
  return school;
}

Gathered Profiles::gather(uint32_t person, const ContributionOf& contribution) const {
  Gathered gathered;
  auto entity = model_.find("sourceRecord");
  auto records = people_.records_of(person);
  gathered.rows.reserve(records.size() * 2);
  std::map<std::string, bool> is_strong;
  for (const auto& record : records) {
    auto said = contribution(record.source, record.node);
    if (said.empty()) continue;
    auto name = name_of_source_.at(record.source);
    bool strong = record.evidence == static_cast<uint8_t>(resolve::Evidence::strong);
    auto [at, is_new] = is_strong.emplace(source_names_[name], strong);
    if (!is_new) at->second = at->second && strong;
    gathered.has_only_strong_links = gathered.has_only_strong_links && strong;
    std::string key(record::RowView(said).key());
    record::each_row(said, [&](const record::RowView& row) {
      if (model_.entities[row.entity()].name == record::student_entity) key = row.key();
    });
    gathered.rows.push_back(std::move(said));
    gathered.contributions.push_back({name, gathered.rows.back(), 0});
    if (!entity) continue;
    std::string row;
    record::RowWriter writer(row);
    writer.begin(*entity, key);
    auto put = [&](const char* path, std::string_view text) {
      auto field = model_.entities[*entity].find(path);
      if (field) writer.field_by(*field, [&](std::string& json) { record::append_json_string(json, text); });
    };
    put("source", source_names_[name]);
    put("key", key);
    put("evidence", strong ? "strong" : "plain");
    writer.end();
    gathered.rows.push_back(std::move(row));
    gathered.contributions.push_back({name, gathered.rows.back(), 0});
  }
  for (const auto& [name, strong] : is_strong)
    if (strong) gathered.strong_sources.push_back(name);
  return gathered;
}

void Profiles::merge(const ContributionOf& contribution, bool everybody) {
  for (auto person : people_.ended()) end_one(person);
  for (const auto& person : people_.persons()) {
    if (!person.is_live) continue;
    bool is_affected = everybody || !has_profile_[person.number] ||
                       people_.affected().contains(person.number);
    if (is_affected) merge_one(person.number, contribution);
    else ++counts_.unchanged;
  }
  counts_.total = static_cast<uint64_t>(std::ranges::count(has_profile_, 1));
}

void Profiles::merge_one(uint32_t person, const ContributionOf& contribution) {
  auto gathered = gather(person, contribution);
  store::Profile profile;
  profile.rows = merger_.merge(gathered.contributions);
  profile.person = person;
  profile.content_hash = XXH3_64bits(profile.rows.data(), profile.rows.size());
  profile.changed_in = run_;
  auto& was = index_[person];
  bool is_new = !has_profile_[person];
  if (!is_new && was.content_hash == profile.content_hash) {
    ++counts_.unchanged;
    return;
  }
  if (!is_new) profile.version = was.version + 1;
  ++(is_new ? counts_.created : counts_.changed);
  has_profile_[person] = 1;
  is_fresh_[person] = 1;
  was.changes_on.reset();
  enter_("govern");
  for (std::size_t d = 0; d < shares_.size(); ++d) share_one(d, profile, &gathered);
  profile.changes_on = was.changes_on;
  enter_("store");
  store_.put_profile(profile);
  enter_("merge");
  profile.rows.clear();
  was = profile;
}

void Profiles::end_one(uint32_t person) {
  if (!has_profile_[person]) return;
  if (auto profile = store_.profile(person)) ++schools_[school_of(profile->rows)].gone;
  store_.erase_profile(person);
  has_profile_[person] = 0;
  ++counts_.removed;
  for (std::size_t d = 0; d < shares_.size(); ++d) settle(row_of(d, person), govern::Share{});
}

store::ShareRow& Profiles::row_of(std::size_t destination, uint32_t person) {
  is_put_[destination][person] = 1;
  return shares_[destination][person];
}

void Profiles::share_one(std::size_t destination, const store::Profile& profile,
                         const Gathered* links) {
  govern::ProfileView view;
  view.id = people_.persons()[profile.person].id;
  view.rows = profile.rows;
  view.has_only_strong_links = links->has_only_strong_links;
  view.strong_sources = &links->strong_sources;
  auto share = governor_.share(destination, view);
  auto& due = index_[profile.person].changes_on;
  if (share.changes_on && (!due || *share.changes_on < *due)) due = share.changes_on;
  settle(row_of(destination, profile.person), share);
}

void Profiles::settle(store::ShareRow& row, const govern::Share& share) {
  row.outcome = static_cast<uint8_t>(share.outcome);
  row.fields_withheld = share.fields_withheld;
  if (share.outcome != govern::Outcome::shared) {
    if (!may_hold(row.state)) return;
    row.state = ShareState::removal_owed;
    row.digest.clear();
    ++row.sequence;
    ++newly_owed_;
    return;
  }
  auto digest = raw_digest(share.body);
  bool is_same = row.digest == digest && may_hold(row.state);
  if (is_same) return;
  row.state = ShareState::owed;
  row.digest = digest;
  ++row.sequence;
  ++newly_owed_;
}

uint64_t Profiles::owed_upserts(std::size_t destination) const {
  uint64_t owed = 0;
  for (const auto& row : shares_[destination]) owed += row.state == ShareState::owed && has_profile_[row.person];
  return owed;
}

const std::map<std::string, Profiles::School>& Profiles::schools() {
  if (counts_.removed == 0) return schools_;
  for (auto& [school, counts] : schools_) counts.before = counts.gone;
  store_.each_profile([&](const store::Profile& profile) {
    if (profile.version == 1 && profile.changed_in == run_) return;  // new with this run
    ++schools_[school_of(profile.rows)].before;
  });
  return schools_;
}

void Profiles::share(const std::vector<bool>& has_new_rules) {
  bool has_any = std::ranges::find(has_new_rules, true) != has_new_rules.end();
  auto is_due = [&](const store::Profile& profile) {
    return profile.changes_on && *profile.changes_on <= run_date_;
  };
  for (uint32_t person = 0; person < index_.size(); ++person) {
    if (!has_profile_[person] || is_fresh_[person]) continue;
    if (!has_any && !is_due(index_[person])) continue;
    auto profile = store_.profile(person);
    index_[person].changes_on.reset();
    auto links = strength(profile->rows);
    for (std::size_t d = 0; d < shares_.size(); ++d)
      if (has_new_rules[d] || is_due(*profile)) share_one(d, *profile, &links);
    profile->changes_on = index_[person].changes_on;
    store_.put_profile(*profile);
  }
  for (std::size_t d = 0; d < shares_.size(); ++d) {
    auto& counts = deliveries_[d];
    for (uint32_t person = 0; person < index_.size(); ++person) {
      auto& row = shares_[d][person];
      if (is_put_[d][person]) store_.put_share(row);
      counts.removals_owed += row.state == ShareState::removal_owed;
      if (!has_profile_[person]) continue;
      counts.fields_withheld += row.fields_withheld;
      switch (static_cast<govern::Outcome>(row.outcome)) {
        case govern::Outcome::out_of_scope: ++counts.out_of_scope; break;
        case govern::Outcome::withheld: ++counts.withheld; break;
        case govern::Outcome::shared:
          counts.unchanged += row.state == ShareState::sent;
          counts.refused += row.state == ShareState::refused;
          counts.held += row.state == ShareState::held;
      }
    }
  }
}

/// The strength of links as the profile's own source records tell it.
Gathered Profiles::strength(std::string_view rows) const {
  Gathered links;
  auto entity = model_.find("sourceRecord");
  if (!entity) return links;
  auto source = model_.entities[*entity].find("source");
  auto evidence = model_.entities[*entity].find("evidence");
  std::map<std::string, bool> is_strong;
  record::each_row(rows, [&](const record::RowView& row) {
    if (row.entity() != *entity || !source || !evidence) return;
    bool strong = row.find(*evidence) == "\"strong\"";
    auto [at, is_new] = is_strong.emplace(record::text_of_json(row.find(*source)), strong);
    if (!is_new) at->second = at->second && strong;
    links.has_only_strong_links = links.has_only_strong_links && strong;
  });
  for (const auto& [name, strong] : is_strong)
    if (strong) links.strong_sources.push_back(name);
  return links;
}

}  // namespace homeroom::flow

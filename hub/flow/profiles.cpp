#include "hub/flow/profiles.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/record/json.hpp"
#include "hub/store/store.hpp"
#include "hub/world/digest.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::flow {

namespace {

using store::ShareState;

/// Persons merged, shared and stored together: long enough that the stage clock costs nothing,
/// short enough that what is merged is still in the cache when it is shared.
constexpr std::size_t persons_at_once = 64;

/// Whether the destination may hold some version of this share.
bool may_hold(ShareState state) {
  return state == ShareState::sent || state == ShareState::owed || state == ShareState::refused;
}

/// What the first row of the entity that says the field says of it, as JSON; empty: none does.
std::string_view value_of(std::string_view rows, record::EntityId entity, record::FieldId field) {
  std::string_view value;
  record::each_row(rows, [&](const record::RowView& row) {
    if (value.empty() && row.entity() == entity) value = row.find(field);
  });
  return value;
}

/// The store's number of the source that is named first.
uint32_t roster_of(const Profiles::Parts& parts) {
  return std::ranges::find(parts.name_of_source, 0u, &std::pair<const uint32_t, uint32_t>::second)
      ->first;
}

}  // namespace

LookedUp<Profiles::Known>::From Profiles::known_in(store::Store& store) {
  auto known = [](const store::Profile& profile) {
    return Known{
        profile.content_hash, profile.changed_in, profile.version, profile.changes_on, true, false};
  };
  return {[&store, known](uint32_t person) {
            auto profile = store.profile_index(person);
            return profile ? std::optional(known(*profile)) : std::nullopt;
          },
          [&store, known](const auto& take) {
            store.each_profile_index(
                [&](const store::Profile& profile) { take(profile.person, known(profile)); });
          }};
}

Profiles::Profiles(const Parts& parts, uint64_t run, int32_t run_date,
                   std::function<void(const char* stage)> enter)
    : parts_(parts),
      run_(run),
      run_date_(run_date),
      enter_(std::move(enter)),
      student_(*parts.model.find(record::student_entity)),
      source_record_(parts.model.find("sourceRecord")),
      first_sequence_(parts.store.first_sequence()),
      strength_(parts.model, parts.source_names),
      before_(parts.store.people_tally()),
      known_(parts.people.persons().size(), known_in(parts.store)),
      schools_(parts.model, parts.store, roster_of(parts), before_.profiles) {
  counts_.before = before_.profiles;
  for (const auto& name : parts.governor.destinations()) {
    shares_.emplace_back(parts.store, parts.store.destination_number(name), known_.size());
    auto scope = Spill::body_scopes + static_cast<uint32_t>(bodies_.size());
    bodies_.emplace_back(parts.keys, parts.memory, parts.scratch, scope);
    deliveries_.emplace_back().destination = name;
  }
}

/// Whose records changed, who came, and of whom something is said by people; ascending.
std::vector<uint32_t> Profiles::to_merge(bool everybody) const {
  const auto& persons = parts_.people.persons();
  const auto& affected = parts_.people.affected();
  auto corrected = parts_.corrections.changing();
  std::vector<uint32_t> some(affected.begin(), affected.end());
  some.insert(some.end(), corrected.begin(), corrected.end());
  // Every student has a profile, but for those who came tonight and are affected therefore.
  if (everybody || before_.live != before_.profiles) {
    persons.bring_all();
    known_.bring_all();
    for (uint32_t person = 0; person < persons.size(); ++person)
      if (everybody || !known_[person].is_there) some.push_back(person);
  }
  std::ranges::sort(some);
  some.erase(std::ranges::unique(some).begin(), some.end());
  persons.expect(some.size());
  std::erase_if(some, [&](uint32_t person) { return !persons[person].is_live; });
  return some;
}

void Profiles::merge(bool everybody) {
  for (auto person : parts_.people.ended()) end_one(person);
  auto persons = to_merge(everybody);
  counts_.unchanged += parts_.people.students() - persons.size();
  parts_.people.expect_records_of(persons);
  known_.expect(persons.size());
  for (const auto& shares : shares_) shares.expect(persons.size());
  parts_.pulse.begin("merging profiles", persons.size());
  for (std::size_t from = 0; from < persons.size(); from += persons_at_once) {
    auto batch = std::span(persons).subspan(from, std::min(persons_at_once, persons.size() - from));
    merge_batch(batch);
    parts_.pulse.step(batch.size());
  }
  counts_.total = counts_.before + counts_.created - counts_.removed;
}

void Profiles::merge_batch(std::span<const uint32_t> persons) {
  batch_.resize(std::max(batch_.size(), persons.size()));
  std::size_t made = 0;
  enter_("merge");
  for (auto person : persons) made += merge_one(person, batch_[made]);
  auto changed = std::span(batch_).first(made);
  if (parts_.rules) {
    enter_("validate");
    for (const auto& [profile, links, rows_before] : changed)
      parts_.rules->take(parts_.people.persons()[profile.person], profile.rows, rows_before);
  }
  enter_("govern");
  for (auto& [profile, links, rows_before] : changed) {
    strength_.start();
    for (auto [source, is_strong] : links) strength_.add(source, is_strong);
    parts_.governor.read(strength_.view(parts_.people.persons()[profile.person].id, profile.rows));
    for (std::size_t d = 0; d < shares_.size(); ++d) share_one(d, profile.person);
  }
  enter_("store");
  for (auto& [profile, links, rows_before] : changed) {
    profile.changes_on = known_[profile.person].changes_on;
    parts_.store.put_profile(profile);
  }
}

/// False when the profile is as it was.
bool Profiles::merge_one(uint32_t person, Made& made) {
  gather(person, made);
  contributions_.clear();
  std::size_t from = 0;
  for (auto [source, end] : gathered_to_) {
    contributions_.push_back({source, std::string_view(gathered_).substr(from, end - from), 0});
    from = end;
  }
  auto& profile = made.profile;
  parts_.merger.merge(contributions_, profile.rows);
  profile.person = person;
  profile.content_hash = XXH3_64bits(profile.rows.data(), profile.rows.size());
  profile.changed_in = run_;
  auto& known = known_[person];
  if (known.is_there && known.content_hash == profile.content_hash) {
    ++counts_.unchanged;
    return false;
  }
  made.rows_before.clear();
  if (known.is_there)
    compare_with_before(person, made);
  else
    schools_.came(profile.rows);
  ++(known.is_there ? counts_.changed : counts_.created);
  profile.version = known.version + 1;
  known = {profile.content_hash, run_, profile.version, std::nullopt, true, true};
  return true;
}

/// What a school rarely changes of many children at once.
void Profiles::compare_with_before(uint32_t person, Made& made) {
  auto before = parts_.store.profile(person);
  if (!before) return;
  made.rows_before = std::move(before->rows);
  schools_.changed(made.rows_before, made.profile.rows);
  auto is_other = [&](record::FieldId field) {
    return value_of(made.rows_before, student_, field) !=
           value_of(made.profile.rows, student_, field);
  };
  const auto& fields = parts_.model.entities[student_];
  if (auto born = fields.find("birthDate")) changed_birth_dates_ += is_other(*born);
  auto first = fields.find("name.first"), last = fields.find("name.last");
  changed_names_ += (first && is_other(*first)) || (last && is_other(*last));
}

/// The records of one person as merge wants them, each followed by what we know of it.
void Profiles::gather(uint32_t person, Made& made) {
  gathered_.clear();
  gathered_to_.clear();
  made.links.clear();
  for (const auto& record : parts_.people.records_of(person)) {
    auto from = gathered_.size();
    parts_.contributions.append_in_order(gathered_, record.source, record.node);
    if (gathered_.size() == from) continue;
    auto name = parts_.name_of_source.at(record.source);
    bool is_strong = record.evidence == static_cast<uint8_t>(resolve::Evidence::strong);
    made.links.emplace_back(name, is_strong);
    auto said = std::string_view(gathered_).substr(from);
    std::string key(record::RowView(said).key());
    for (auto rest = said; !rest.empty();) {
      record::RowView row(rest);
      if (row.entity() == student_) {
        key = row.key();
        break;
      }
      rest.remove_prefix(row.bytes().size());
    }
    gathered_to_.emplace_back(name, gathered_.size());
    if (!source_record_) continue;
    add_source_record(name, key, is_strong);
    gathered_to_.emplace_back(name, gathered_.size());
  }
  auto corrected = parts_.corrections.of(person);
  if (corrected.empty()) return;
  gathered_ += corrected;
  gathered_to_.emplace_back(static_cast<uint32_t>(parts_.source_names.size()), gathered_.size());
}

void Profiles::add_source_record(uint32_t source, std::string_view key, bool is_strong) {
  record::RowWriter writer(gathered_);
  writer.begin(*source_record_, key);
  auto put = [&](const char* path, std::string_view text) {
    auto field = parts_.model.entities[*source_record_].find(path);
    if (field)
      writer.field_by(*field, [&](std::string& json) { record::append_json_string(json, text); });
  };
  put("source", parts_.source_names[source]);
  put("key", key);
  put("evidence", is_strong ? "strong" : "plain");
  writer.end();
}

void Profiles::end_one(uint32_t person) {
  if (!known_[person].is_there) return;
  if (auto profile = parts_.store.profile(person)) schools_.left(profile->rows);
  parts_.store.erase_profile(person);
  known_[person].is_there = false;
  ++counts_.removed;
  for (std::size_t d = 0; d < shares_.size(); ++d) settle(d, person, govern::Share{});
}

void Profiles::share_one(std::size_t destination, uint32_t person) {
  const auto& share = parts_.governor.share(destination);
  auto& due = known_[person].changes_on;
  if (share.changes_on && (!due || *share.changes_on < *due)) due = share.changes_on;
  settle(destination, person, share);
}

void Profiles::settle(std::size_t destination, uint32_t person, const govern::Share& share) {
  auto row = shares_[destination][person];
  if (decide(row, share)) {
    auto& bodies = bodies_[destination];
    bodies.places[person] = bodies.spill.put(share.body);
  }
  shares_[destination].put(row);
}

/// Whether the destination is owed what the share says.
bool Profiles::decide(store::ShareRow& row, const govern::Share& share) {
  // What a restored store knows to be sent, the destination may have been sent otherwise since.
  bool is_of_former_life = row.sequence < first_sequence_;
  row.sequence = std::max(row.sequence, first_sequence_);
  row.outcome = static_cast<uint8_t>(share.outcome);
  row.fields_withheld = share.fields_withheld;
  if (share.outcome != govern::Outcome::shared) {
    if (!may_hold(row.state)) return false;
    row.state = ShareState::removal_owed;
    row.told_in = run_;
    row.digest = {};
    ++row.sequence;
    ++newly_owed_;
    return false;
  }
  auto digest = world::sha256(share.body);
  bool is_same = row.digest == digest && may_hold(row.state) && !is_of_former_life;
  if (is_same) return false;
  row.state = ShareState::owed;
  row.told_in = run_;
  if (row.digest != digest || !is_of_former_life) ++newly_owed_;
  row.digest = digest;
  ++row.sequence;
  return true;
}

void Profiles::body(std::size_t destination, uint32_t person, std::string& body) {
  auto& bodies = bodies_[destination];
  if (auto place = bodies.places.find(person); place != bodies.places.end()) {
    body = bodies.spill.get(place->second);
    return;
  }
  auto profile = parts_.store.profile(person);
  if (!profile) throw Error(Next::fail, "a share without a profile; run: homeroom run --full");
  strength_.read(profile->rows);
  auto view = strength_.view(parts_.people.persons()[person].id, profile->rows);
  body = parts_.governor.share(destination, view).body;
}

Schools::Loss Profiles::emptied_school() {
  return counts_.removed == 0 ? Schools::Loss{} : schools_.worst(run_);
}

void Profiles::share(const std::vector<bool>& has_new_rules) {
  bool has_any = std::ranges::find(has_new_rules, true) != has_new_rules.end();
  // By what is published, and what was merged tonight is decided already.
  if (has_any || before_.first_change <= run_date_) share_others(has_any);
  stage_shares();
}

void Profiles::share_others(bool all) {
  known_.bring_all();
  if (all)
    for (const auto& shares : shares_) shares.expect(known_.size());
  auto first_change = store::PeopleTally::never;
  parts_.pulse.begin("sharing by new rules", all ? known_.size() : 0);
  for (uint32_t person = 0; person < known_.size(); ++person) {
    auto& known = known_[person];
    if (!known.is_there) continue;
    bool is_due = known.changes_on && *known.changes_on <= run_date_;
    if (!known.is_fresh && (all || is_due)) share_again(person);
    if (known.changes_on) first_change = std::min(first_change, *known.changes_on);
  }
  parts_.store.put_first_change(first_change);
}

/// Also the shares that stay the same say when they will change.
void Profiles::share_again(uint32_t person) {
  parts_.pulse.step(1);
  auto profile = parts_.store.profile(person);
  auto& known = known_[person];
  known.changes_on.reset();
  strength_.read(profile->rows);
  parts_.governor.read(strength_.view(parts_.people.persons()[person].id, profile->rows));
  for (std::size_t d = 0; d < shares_.size(); ++d) share_one(d, person);
  profile->changes_on = known.changes_on;
  parts_.store.put_profile(*profile);
}

// Who is no student has an outcome, too: that nothing is said of them.
void Profiles::stage_shares() {
  for (std::size_t d = 0; d < shares_.size(); ++d) {
    shares_[d].stage();
    const auto& tally = shares_[d].tally();
    auto count = [&](ShareState state, govern::Outcome outcome) {
      return tally.of[static_cast<std::size_t>(state)][static_cast<std::size_t>(outcome)];
    };
    auto& counts = deliveries_[d];
    uint64_t shared = 0;
    for (auto state : {ShareState::owed, ShareState::sent, ShareState::refused, ShareState::held})
      shared += count(state, govern::Outcome::shared);
    for (std::size_t state = 0; state < store::ShareTally::states; ++state)
      counts.out_of_scope += count(static_cast<ShareState>(state), govern::Outcome::out_of_scope);
    counts.withheld = counts_.total - counts.out_of_scope - shared;
    counts.unchanged = count(ShareState::sent, govern::Outcome::shared);
    counts.refused = count(ShareState::refused, govern::Outcome::shared);
    counts.held = count(ShareState::held, govern::Outcome::shared);
    counts.fields_withheld = tally.fields_withheld;
    counts.removals_owed = tally.in(ShareState::removal_owed);
  }
}

}  // namespace homeroom::flow

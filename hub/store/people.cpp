#include "hub/store/people.hpp"

#include <algorithm>

#include "hub/record/varint.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

std::optional<int32_t> day_at(const sql::Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<int32_t>(row.integer(column));
}

void bind_day(sql::Statement& row, const std::optional<int32_t>& day) {
  if (day)
    row.bind(*day);
  else
    row.bind_null();
}

void read_person(const sql::Statement& row, Person& person) {
  person.number = static_cast<uint32_t>(row.integer(0));
  person.id = row.bytes(1);
  person.is_live = row.integer(2) != 0;
  person.ended_on = day_at(row, 3);
  person.merged_into = row.bytes(4);
}

void read_index(const sql::Statement& row, Profile& profile) {
  profile.person = static_cast<uint32_t>(row.integer(0));
  profile.content_hash = static_cast<uint64_t>(row.integer(1));
  profile.version = static_cast<uint32_t>(row.integer(2));
  profile.changed_in = static_cast<uint64_t>(row.integer(3));
  profile.changes_on = day_at(row, 4);
}

constexpr const char* tally_name = "store: people";
constexpr uint8_t live = 4, merged = 8;  // beside Seen::there

/// False where it was written by nobody who knew how.
bool unpack(std::string_view packed, PeopleTally& tally) {
  uint64_t first_change = 0;
  bool is_whole = record::take_number(packed, tally.live) &&
                  record::take_number(packed, tally.merged) &&
                  record::take_number(packed, tally.profiles) &&
                  record::take_number(packed, first_change) && packed.empty();
  tally.first_change = static_cast<int32_t>(static_cast<uint32_t>(first_change));
  return is_whole;
}

std::string pack(const PeopleTally& tally) {
  std::string packed;
  for (auto number : {tally.live, tally.merged, tally.profiles,
                      uint64_t{static_cast<uint32_t>(tally.first_change)}})
    record::append_number(packed, number);
  return packed;
}

/// The statement for profiles with their rows; `rest` says which, or in what order.
std::string with_rows(std::string_view rest) {
  std::string statement =
      "SELECT profile.person, content_hash, version, changed_in, changes_on, sealed "
      "FROM profile JOIN profile_rows ON profile_rows.person = profile.person ";
  return statement.append(rest);
}

}  // namespace

void People::Seen::note(uint32_t number, uint8_t is) {
  if (number >= what.size()) what.resize(std::max<std::size_t>(number + 1, what.size() * 2));
  what[number] = is;
  if (end && is != nothing) end = std::max(*end, number + 1);
}

uint8_t People::Seen::of(uint32_t number) const {
  if (number < what.size() && what[number] != unknown) return what[number];
  return end && number >= *end ? nothing : unknown;
}

uint8_t People::kind_of(const Person& person) {
  return static_cast<uint8_t>(Seen::there | (person.is_live ? live : 0) |
                              (person.merged_into.empty() ? 0 : merged));
}

People::People(sql::Database& database, keys::KeyRing& keys, Streams& streams)
    : database_(database),
      keys_(keys),
      streams_(streams),
      find_(database,
            "SELECT number, id, is_live, ended_on, merged_into FROM person WHERE number = ?"),
      put_(database, "REPLACE INTO person VALUES(?, ?, ?, ?, ?)"),
      profile_(database, with_rows("WHERE profile.person = ?")),
      index_(database,
             "SELECT person, content_hash, version, changed_in, changes_on FROM profile "
             "WHERE person = ?"),
      put_profile_(database, "REPLACE INTO profile VALUES(?, ?, ?, ?, ?)"),
      put_rows_(database, "REPLACE INTO profile_rows VALUES(?, ?)"),
      erase_profile_(database, "DELETE FROM profile WHERE person = ?"),
      erase_rows_(database, "DELETE FROM profile_rows WHERE person = ?") {}

void People::each(const std::function<void(const Person&)>& visit) {
  sql::Statement rows(
      database_, "SELECT number, id, is_live, ended_on, merged_into FROM person ORDER BY number",
      sql::Rows::many);
  Person person;
  while (rows.step()) {
    read_person(rows, person);
    persons_.note(person.number, kind_of(person));
    visit(person);
  }
}

void People::each_id(const std::function<void(uint32_t, std::string_view)>& visit) {
  sql::Statement rows(database_, "SELECT number, id FROM person ORDER BY number", sql::Rows::many);
  while (rows.step()) visit(static_cast<uint32_t>(rows.integer(0)), rows.bytes(1));
}

std::optional<Person> People::find(uint32_t number) {
  if (persons_.of(number) == Seen::nothing) return std::nullopt;
  sql::Use row(find_);
  row->bind(number);
  if (!row->step()) {
    persons_.note(number, Seen::nothing);
    return std::nullopt;
  }
  Person found;
  read_person(find_, found);
  persons_.note(number, kind_of(found));
  return found;
}

void People::learn_end(Seen& seen, const char* last) {
  if (seen.end) return;
  sql::Statement row(database_, last);
  seen.end = row.step() && !row.is_null(0) ? static_cast<uint32_t>(row.integer(0)) + 1 : 0;
}

uint32_t People::end() {
  learn_end(persons_, "SELECT max(number) FROM person");
  return *persons_.end;
}

void People::put(const Person& person) {
  kept_tally();
  end();
  auto was = persons_.of(person.number);
  if (was == Seen::unknown) {
    find(person.number);
    was = persons_.of(person.number);
  }
  count(was, -1);
  count(kind_of(person), 1);
  persons_.note(person.number, kind_of(person));
  put_.bind(person.number).bind_text(person.id).bind(person.is_live);
  bind_day(put_, person.ended_on);
  put_.bind_text(person.merged_into).execute();
}

void People::count(uint8_t kind, uint64_t by) {
  auto& tally = kept_tally();
  if ((kind & live) != 0) tally.live += by;
  if ((kind & merged) != 0) tally.merged += by;
  is_tally_changed_ = true;
}

PeopleTally& People::kept_tally() {
  if (tally_) return *tally_;
  PeopleTally tally;
  auto kept = streams_.digest(tally_name);
  if (!kept || !unpack(*kept, tally)) {
    tally = {};
    each([&](const Person& person) {
      tally.live += person.is_live;
      tally.merged += !person.merged_into.empty();
    });
    each_profile_index([&](const Profile& profile) {
      ++tally.profiles;
      if (profile.changes_on)
        tally.first_change = std::min(tally.first_change, *profile.changes_on);
    });
    is_tally_changed_ = true;
  }
  return tally_.emplace(tally);
}

void People::put_first_change(int32_t day) {
  auto& tally = kept_tally();
  is_tally_changed_ |= tally.first_change != day;
  tally.first_change = day;
}

void People::flush() {
  if (!tally_ || !is_tally_changed_) return;
  streams_.put_digest(tally_name, pack(*tally_));
  is_tally_changed_ = false;
}

void People::forget() {
  persons_ = {};
  profiles_ = {};
  tally_.reset();
  is_tally_changed_ = false;
}

std::optional<Profile> People::profile(uint32_t person) {
  sql::Use row(profile_);
  row->bind(person);
  if (!row->step()) return std::nullopt;
  Profile found;
  read_index(profile_, found);
  keys_.open(Unit::profile, 0, person, row->bytes(5), found.rows);
  return found;
}

std::optional<Profile> People::profile_index(uint32_t person) {
  if (profiles_.of(person) == Seen::nothing) return std::nullopt;
  sql::Use row(index_);
  row->bind(person);
  if (!row->step()) {
    profiles_.note(person, Seen::nothing);
    return std::nullopt;
  }
  Profile found;
  read_index(index_, found);
  profiles_.note(person, Seen::there);
  return found;
}

void People::each_profile(const std::function<void(const Profile&)>& visit) {
  sql::Statement rows(database_, with_rows("ORDER BY profile.person"), sql::Rows::many);
  Profile profile;
  while (rows.step()) {
    read_index(rows, profile);
    keys_.open(Unit::profile, 0, profile.person, rows.bytes(5), profile.rows);
    visit(profile);
  }
}

void People::each_profile_index(const std::function<void(const Profile&)>& visit) {
  sql::Statement rows(
      database_,
      "SELECT person, content_hash, version, changed_in, changes_on FROM profile ORDER BY person",
      sql::Rows::many);
  Profile profile;
  while (rows.step()) {
    read_index(rows, profile);
    profiles_.note(profile.person, Seen::there);
    visit(profile);
  }
}

/// What stands there now of a person's profile, in the place of what stood there.
void People::count_profile(uint32_t person, uint8_t is) {
  auto& tally = kept_tally();
  learn_end(profiles_, "SELECT max(person) FROM profile");
  if (profiles_.of(person) == Seen::unknown) profile_index(person);
  tally.profiles -= profiles_.of(person) == Seen::there;
  tally.profiles += is == Seen::there;
  profiles_.note(person, is);
  is_tally_changed_ = true;
}

void People::put_profile(const Profile& profile) {
  count_profile(profile.person, Seen::there);
  if (profile.changes_on)
    tally_->first_change = std::min(tally_->first_change, *profile.changes_on);
  put_profile_.bind(profile.person).bind(static_cast<int64_t>(profile.content_hash));
  put_profile_.bind(profile.version).bind(static_cast<int64_t>(profile.changed_in));
  bind_day(put_profile_, profile.changes_on);
  put_profile_.execute();
  keys_.seal(Unit::profile, 0, profile.person, profile.rows, sealed_);
  put_rows_.bind(profile.person).bind_bytes(sealed_).execute();
}

void People::erase_profile(uint32_t person) {
  count_profile(person, Seen::nothing);
  erase_profile_.bind(person).execute();
  erase_rows_.bind(person).execute();
}

}  // namespace homeroom::store

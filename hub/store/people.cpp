#include "hub/store/people.hpp"

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

void read_index(const sql::Statement& row, Profile& profile) {
  profile.person = static_cast<uint32_t>(row.integer(0));
  profile.content_hash = static_cast<uint64_t>(row.integer(1));
  profile.version = static_cast<uint32_t>(row.integer(2));
  profile.changed_in = static_cast<uint64_t>(row.integer(3));
  profile.changes_on = day_at(row, 4);
}

/// The statement for profiles with their rows; `rest` says which, or in what order.
std::string with_rows(std::string_view rest) {
  std::string statement =
      "SELECT profile.person, content_hash, version, changed_in, changes_on, sealed "
      "FROM profile JOIN profile_rows ON profile_rows.person = profile.person ";
  return statement.append(rest);
}

}  // namespace

People::People(sql::Database& database, keys::KeyRing& keys)
    : database_(database),
      keys_(keys),
      put_(database, "REPLACE INTO person VALUES(?, ?, ?, ?, ?)"),
      profile_(database, with_rows("WHERE profile.person = ?")),
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
    person.number = static_cast<uint32_t>(rows.integer(0));
    person.id = rows.bytes(1);
    person.is_live = rows.integer(2) != 0;
    person.ended_on = day_at(rows, 3);
    person.merged_into = rows.bytes(4);
    visit(person);
  }
}

void People::put(const Person& person) {
  put_.bind(person.number).bind_text(person.id).bind(person.is_live);
  bind_day(put_, person.ended_on);
  put_.bind_text(person.merged_into).execute();
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
    visit(profile);
  }
}

void People::put_profile(const Profile& profile) {
  put_profile_.bind(profile.person).bind(static_cast<int64_t>(profile.content_hash));
  put_profile_.bind(profile.version).bind(static_cast<int64_t>(profile.changed_in));
  bind_day(put_profile_, profile.changes_on);
  put_profile_.execute();
  keys_.seal(Unit::profile, 0, profile.person, profile.rows, sealed_);
  put_rows_.bind(profile.person).bind_bytes(sealed_).execute();
}

void People::erase_profile(uint32_t person) {
  erase_profile_.bind(person).execute();
  erase_rows_.bind(person).execute();
}

}  // namespace homeroom::store

#include "hub/store/refusals.hpp"

#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

uint32_t destination_of(int64_t key) {
  return static_cast<uint32_t>(first_of(key));
}

}  // namespace

Refusals::Refusals(sql::Database& database, keys::KeyRing& keys)
    : database_(database), keys_(keys) {}

std::vector<Refusal> Refusals::all() {
  sql::Statement rows(database_,
                      "SELECT key, place, sequence, is_dropped, sealed FROM refusal ORDER BY key");
  std::vector<Refusal> found;
  while (rows.step()) {
    auto& refusal = found.emplace_back();
    refusal.destination = destination_of(rows.integer(0));
    refusal.person = second_of(rows.integer(0));
    refusal.run = first_of(rows.integer(1));
    refusal.number = second_of(rows.integer(1));
    refusal.sequence = static_cast<uint64_t>(rows.integer(2));
    refusal.is_dropped = rows.integer(3) != 0;
    keys_.open(Unit::refusal, refusal.destination, refusal.person, rows.bytes(4), refusal.why);
  }
  return found;
}

void Refusals::put(const Refusal& refusal) {
  std::string sealed;
  keys_.seal(Unit::refusal, refusal.destination, refusal.person, refusal.why, sealed);
  sql::Statement put(database_, "REPLACE INTO refusal VALUES(?, ?, ?, ?, ?)");
  put.bind(pair_key(refusal.destination, refusal.person));
  put.bind(pair_key(refusal.run, refusal.number)).bind(static_cast<int64_t>(refusal.sequence));
  put.bind(refusal.is_dropped).bind_bytes(sealed).execute();
}

void Refusals::erase(const Refusal& refusal) {
  sql::Statement erase(database_, "DELETE FROM refusal WHERE key = ?");
  erase.bind(pair_key(refusal.destination, refusal.person)).execute();
}

void Refusals::erase_of(uint32_t person) {
  sql::Statement erase(database_, "DELETE FROM refusal WHERE key % 4294967296 = ?");
  erase.bind(person).execute();
}

void Refusals::drop_unreadable() {
  std::vector<int64_t> unreadable;
  sql::Statement rows(database_, "SELECT key, sealed FROM refusal");
  while (rows.step())
    if (auto key = rows.integer(0);
        !keys_.opens(Unit::refusal, destination_of(key), second_of(key), rows.bytes(1)))
      unreadable.push_back(key);
  sql::Statement erase(database_, "DELETE FROM refusal WHERE key = ?");
  for (auto key : unreadable) erase.bind(key).execute();
}

uint32_t Refusals::last_number(uint64_t run) {
  sql::Statement last(database_, "SELECT max(place) FROM refusal WHERE place BETWEEN ? AND ?");
  last.bind(first_key(run)).bind(last_key(run));
  return last.step() && !last.is_null(0) ? second_of(last.integer(0)) : 0;
}

}  // namespace homeroom::store

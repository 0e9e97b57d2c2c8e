#include "hub/store/corrections.hpp"

#include "homeroom/error.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

// The sealed part: size of the value, the value, the reason.
std::string packed(const Correction& correction) {
  std::string plain;
  record::append_number(plain, correction.value.size());
  return plain + correction.value + correction.why;
}

void unpack(std::string_view plain, Correction& correction) {
  uint64_t size = 0;
  if (!record::take_number(plain, size) || size > plain.size())
    throw Error(Next::fail, "a correction in the store is cut short");
  correction.value = plain.substr(0, size);
  correction.why = plain.substr(size);
}

}  // namespace

Corrections::Corrections(sql::Database& database, keys::KeyRing& keys)
    : database_(database), keys_(keys) {}

std::vector<Correction> Corrections::all() {
  sql::Statement rows(
      database_,
      "SELECT number, person, field, state, until, made_ms, actor, sealed FROM correction "
      "ORDER BY number");
  std::vector<Correction> found;
  std::string plain;
  while (rows.step()) {
    auto& correction = found.emplace_back();
    correction.number = static_cast<uint32_t>(rows.integer(0));
    correction.person = static_cast<uint32_t>(rows.integer(1));
    correction.field = rows.string(2);
    correction.state = static_cast<CorrectionState>(rows.integer(3));
    if (!rows.is_null(4)) correction.until = static_cast<int32_t>(rows.integer(4));
    correction.made_ms = rows.integer(5);
    correction.actor = rows.string(6);
    keys_.open(Unit::correction, 0, correction.person, rows.bytes(7), plain);
    unpack(plain, correction);
  }
  return found;
}

uint32_t Corrections::put(const Correction& correction) {
  sql::Statement(database_, "DELETE FROM correction WHERE person = ? AND field = ?")
      .bind(correction.person)
      .bind_text(correction.field)
      .execute();
  std::string sealed;
  keys_.seal(Unit::correction, 0, correction.person, packed(correction), sealed);
  sql::Statement put(database_,
                     "INSERT INTO correction(person, field, state, until, made_ms, actor, sealed) "
                     "VALUES(?, ?, ?, ?, ?, ?, ?) RETURNING number");
  put.bind(correction.person).bind_text(correction.field);
  put.bind(static_cast<int64_t>(correction.state));
  if (correction.until)
    put.bind(*correction.until);
  else
    put.bind_null();
  put.bind(correction.made_ms).bind_text(correction.actor).bind_bytes(sealed);
  put.step();
  auto number = static_cast<uint32_t>(put.integer(0));
  put.step();
  return number;
}

void Corrections::set_state(uint32_t number, CorrectionState state) {
  sql::Statement(database_, "UPDATE correction SET state = ? WHERE number = ?")
      .bind(static_cast<int64_t>(state))
      .bind(number)
      .execute();
}

void Corrections::erase(uint32_t number) {
  sql::Statement(database_, "DELETE FROM correction WHERE number = ?").bind(number).execute();
}

void Corrections::erase_of(uint32_t person) {
  sql::Statement(database_, "DELETE FROM correction WHERE person = ?").bind(person).execute();
}

}  // namespace homeroom::store

#include "hub/store/decisions.hpp"

#include "homeroom/error.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

// The sealed part: size of the record's key, the key, the reason.
std::string packed(const Decision& decision) {
  std::string plain;
  record::append_number(plain, decision.key.size());
  return plain + decision.key + decision.why;
}

void unpack(std::string_view plain, Decision& decision) {
  uint64_t size = 0;
  if (!record::take_number(plain, size) || size > plain.size())
    throw Error(Next::fail, "a decision in the store is cut short");
  decision.key = plain.substr(0, size);
  decision.why = plain.substr(size);
}

}  // namespace

Decisions::Decisions(sql::Database& database, keys::KeyRing& keys)
    : database_(database), keys_(keys) {}

std::vector<Decision> Decisions::all() {
  sql::Statement rows(database_,
                      "SELECT number, source, record, person, verdict, made_ms, actor, "
                      "undone_ms, undone_by, sealed FROM decision ORDER BY number");
  std::vector<Decision> found;
  std::string plain;
  while (rows.step()) {
    auto& decision = found.emplace_back();
    decision.number = static_cast<uint32_t>(rows.integer(0));
    decision.source = static_cast<uint32_t>(rows.integer(1));
    decision.record = static_cast<uint64_t>(rows.integer(2));
    decision.person = static_cast<uint32_t>(rows.integer(3));
    decision.verdict = static_cast<Verdict>(rows.integer(4));
    decision.made_ms = rows.integer(5);
    decision.actor = rows.string(6);
    if (!rows.is_null(7)) decision.undone_ms = rows.integer(7);
    decision.undone_by = rows.string(8);
    keys_.open(Unit::decision, 0, decision.person, rows.bytes(9), plain);
    unpack(plain, decision);
  }
  return found;
}

uint32_t Decisions::put(const Decision& decision) {
  std::string sealed;
  keys_.seal(Unit::decision, 0, decision.person, packed(decision), sealed);
  sql::Statement put(
      database_,
      "INSERT INTO decision(source, record, person, verdict, made_ms, actor, sealed) "
      "VALUES(?, ?, ?, ?, ?, ?, ?) RETURNING number");
  put.bind(decision.source).bind(static_cast<int64_t>(decision.record)).bind(decision.person);
  put.bind(static_cast<int64_t>(decision.verdict)).bind(decision.made_ms);
  put.bind_text(decision.actor).bind_bytes(sealed);
  put.step();
  auto number = static_cast<uint32_t>(put.integer(0));
  put.step();
  return number;
}

void Decisions::undo(uint32_t number, int64_t at_ms, const std::string& actor) {
  sql::Statement(database_,
                 "UPDATE decision SET undone_ms = ?, undone_by = ? "
                 "WHERE number = ? AND undone_ms IS NULL")
      .bind(at_ms)
      .bind_text(actor)
      .bind(number)
      .execute();
}

void Decisions::erase_of(uint32_t person) {
  sql::Statement(database_, "DELETE FROM decision WHERE person = ?").bind(person).execute();
}

void Decisions::erase_about(uint64_t record) {
  sql::Statement(database_, "DELETE FROM decision WHERE record = ?")
      .bind(static_cast<int64_t>(record))
      .execute();
}

}  // namespace homeroom::store

#include "hub/store/journal.hpp"

#include <initializer_list>

namespace homeroom::store {

namespace {

using keys::Unit;

constexpr const char* last_disclosure =
    "SELECT number, hash FROM disclosure ORDER BY number DESC LIMIT 1";
constexpr const char* last_audit = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";

// Fields with their lengths in front: no two entries have the same text.
std::string canonical(std::initializer_list<std::string_view> fields) {
  std::string entry;
  for (std::string_view field : fields) {
    entry += std::to_string(field.size());
    entry += ':';
    entry += field;
  }
  return entry;
}

std::string terms_of(const Disclosure& what) {
  return canonical({std::to_string(what.destination), what.recipient, what.purpose, what.agreement,
                    what.rules, what.classes, what.policy_version});
}

std::string entry_of(int64_t number, const Disclosure& what) {
  return canonical({std::to_string(number), terms_of(what), what.person,
                    std::to_string(what.sequence), what.digest, std::to_string(what.at_ms)});
}

// `sealed` stands for the words: destroying their key leaves the chain whole.
std::string entry_of(int64_t number, const AuditRow& row, std::string_view sealed) {
  return canonical({std::to_string(number), std::to_string(row.at_ms), row.actor, row.act,
                    row.target, keys::sha256_hex(sealed)});
}

Disclosure disclosure_at(const sql::Statement& row) {
  Disclosure what;
  what.destination = static_cast<uint32_t>(row.integer(2));
  what.recipient = row.string(3);
  what.purpose = row.string(4);
  what.agreement = row.string(5);
  what.rules = row.string(6);
  what.classes = row.string(7);
  what.policy_version = row.string(8);
  what.person = row.string(9);
  what.sequence = static_cast<uint64_t>(row.integer(10));
  what.digest = row.string(11);
  what.at_ms = row.integer(12);
  return what;
}

/// Walks one chain: the query gives number and hash, `entry` what the hash is of.
template <class Entry>
Chain walk(sql::Database& database, const char* name, std::string hash, const char* query,
           std::set<std::string>& known, Entry entry) {
  Chain chain{name, 0, hash, {}};
  known.erase(hash);
  sql::Statement rows(database, query, sql::Rows::many);
  for (int64_t number = 1; rows.step(); ++number) {
    hash = keys::chain(hash, entry(rows, number));
    if (rows.integer(0) != number || rows.bytes(1) != hash) {
      chain.broken = "number " + std::to_string(number) + " of the " + name;
      return chain;
    }
    known.erase(hash);
    ++chain.entries;
    chain.head = hash;
  }
  return chain;
}

constexpr const char* all_disclosures =
    "SELECT d.number, hash, destination, recipient, purpose, agreement, rules, classes, "
    "policy_version, person, sequence, digest, at_ms "
    "FROM disclosure d LEFT JOIN terms t ON t.number = d.terms ORDER BY d.number";
constexpr const char* all_audit =
    "SELECT number, hash, at_ms, actor, act, target, why FROM audit ORDER BY number";

}  // namespace

Journal::Journal(sql::Database& database, keys::KeyRing& keys, const std::string& tenant)
    : database_(database),
      keys_(keys),
      start_(keys::sha256_hex(tenant)),
      put_disclosure_(database, "INSERT INTO disclosure VALUES(?, ?, ?, ?, ?, ?, ?)") {}

Journal::Head& Journal::head(Head& kept, const char* sql) {
  if (kept.is_known) return kept;
  sql::Statement last(database_, sql);
  kept = last.step() ? Head{last.integer(0), last.string(1), true} : Head{0, start_, true};
  return kept;
}

void Journal::put(const Disclosure& disclosure) {
  Head& last = head(disclosures_, last_disclosure);
  int64_t number = last.number + 1;
  std::string hash = keys::chain(last.hash, entry_of(number, disclosure));
  put_disclosure_.bind(number).bind(terms_number(disclosure)).bind_text(disclosure.person);
  put_disclosure_.bind(static_cast<int64_t>(disclosure.sequence)).bind_bytes(disclosure.digest);
  put_disclosure_.bind(disclosure.at_ms).bind_text(hash).execute();
  last = {number, hash, true};
}

void Journal::put(const AuditRow& row) {
  Head& last = head(audits_, last_audit);
  int64_t number = last.number + 1;
  std::string sealed;
  keys_.seal(Unit::audit, 0, static_cast<uint64_t>(number), row.why, sealed);
  std::string hash = keys::chain(last.hash, entry_of(number, row, sealed));
  sql::Statement put(database_, "INSERT INTO audit VALUES(?, ?, ?, ?, ?, ?, ?)");
  put.bind(number).bind(row.at_ms).bind_text(row.actor).bind_text(row.act).bind_text(row.target);
  put.bind_bytes(sealed).bind_text(hash).execute();
  last = {number, hash, true};
}

std::vector<Chain> Journal::chains(std::set<std::string>& known) {
  auto disclosure = [](const sql::Statement& row, int64_t number) {
    return entry_of(number, disclosure_at(row));
  };
  auto audit = [](const sql::Statement& row, int64_t number) {
    AuditRow entry{row.integer(2), row.string(3), row.string(4), row.string(5), {}};
    return entry_of(number, entry, row.bytes(6));
  };
  return {walk(database_, "disclosures", start_, all_disclosures, known, disclosure),
          walk(database_, "audit entries", start_, all_audit, known, audit)};
}

std::vector<uint64_t> Journal::audit_about(const std::string& text) {
  sql::Statement rows(database_, "SELECT number, target FROM audit ORDER BY number",
                      sql::Rows::many);
  std::vector<uint64_t> numbers;
  while (rows.step())
    if (rows.bytes(1).find(text) != std::string_view::npos)
      numbers.push_back(static_cast<uint64_t>(rows.integer(0)));
  return numbers;
}

void Journal::forget() {
  disclosures_ = {};
  audits_ = {};
  terms_.clear();
}

// Thousands of disclosures share one set of terms, which is stored once.
int64_t Journal::terms_number(const Disclosure& what) {
  auto [found, is_new] = terms_.try_emplace(terms_of(what), 0);
  if (!is_new) return found->second;
  sql::Statement stored(database_,
                        "SELECT number FROM terms WHERE destination = ? AND recipient = ? AND "
                        "purpose = ? AND agreement = ? AND rules = ? AND classes = ? AND "
                        "policy_version = ?");
  auto bind = [&what](sql::Statement& row) {
    row.bind(what.destination).bind_text(what.recipient).bind_text(what.purpose);
    row.bind_text(what.agreement).bind_text(what.rules).bind_text(what.classes);
    row.bind_text(what.policy_version);
  };
  bind(stored);
  if (stored.step()) return found->second = stored.integer(0);
  sql::Statement put(
      database_,
      "INSERT INTO terms(number, destination, recipient, purpose, agreement, rules, classes, "
      "policy_version) SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM terms "
      "RETURNING number");
  bind(put);
  put.step();
  found->second = put.integer(0);
  put.step();
  return found->second;
}

}  // namespace homeroom::store

#include "hub/store/quarantine.hpp"

#include <cstring>

#include "homeroom/error.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

// The sealed part: size of the bytes, the bytes, the key.
std::string packed(const record::SetAside& what) {
  auto size = static_cast<uint32_t>(what.bytes.size());
  std::string plain(reinterpret_cast<const char*>(&size), sizeof size);
  return plain + what.bytes + what.key;
}

void unpack(const std::string& plain, record::SetAside& what) {
  uint32_t size = 0;
  if (plain.size() < sizeof size) throw Error(Next::fail, "a record set aside is cut short");
  std::memcpy(&size, plain.data(), sizeof size);
  what.bytes = plain.substr(sizeof size, size);
  what.key = plain.substr(sizeof size + what.bytes.size());
}

QuarantineRow row_at(const sqlite::Statement& row, keys::KeyRing& keys) {
  QuarantineRow found;
  found.run = first_of(row.integer(0));
  found.number = second_of(row.integer(0));
  found.source = row.string(1);
  found.what.stream = row.string(2);
  found.what.file = row.string(3);
  found.what.record = static_cast<uint64_t>(row.integer(4));
  found.what.line = static_cast<uint64_t>(row.integer(5));
  found.what.offset = static_cast<uint64_t>(row.integer(6));
  found.what.field = row.string(7);
  found.what.why = row.string(8);
  found.hash = static_cast<uint64_t>(row.integer(9));
  found.first_run = static_cast<uint64_t>(row.integer(10));
  std::string plain;
  keys.open(Unit::quarantine, static_cast<uint32_t>(found.run), found.number, row.bytes(11), plain);
  unpack(plain, found.what);
  return found;
}

}  // namespace

Quarantine::Quarantine(sqlite::Database& database, keys::KeyRing& keys)
    : database_(database), keys_(keys) {}

std::vector<QuarantineRow> Quarantine::all() {
  sqlite::Statement rows(database_, "SELECT * FROM quarantine ORDER BY key");
  std::vector<QuarantineRow> found;
  while (rows.step()) found.push_back(row_at(rows, keys_));
  return found;
}

void Quarantine::put(const QuarantineRow& row) {
  std::string sealed;
  keys_.seal(Unit::quarantine, static_cast<uint32_t>(row.run), row.number, packed(row.what),
             sealed);
  sqlite::Statement put(database_,
                        "REPLACE INTO quarantine VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  put.bind(pair_key(row.run, row.number)).bind_text(row.source).bind_text(row.what.stream);
  put.bind_text(row.what.file).bind(static_cast<int64_t>(row.what.record));
  put.bind(static_cast<int64_t>(row.what.line)).bind(static_cast<int64_t>(row.what.offset));
  put.bind_text(row.what.field).bind_text(row.what.why).bind(static_cast<int64_t>(row.hash));
  put.bind(static_cast<int64_t>(row.first_run)).bind_bytes(sealed).execute();
}

void Quarantine::clear(const std::string& source, const std::string& stream, uint64_t before_run) {
  sqlite::Statement erase(database_,
                          "DELETE FROM quarantine WHERE source = ? AND stream = ? AND key < ?");
  erase.bind_text(source).bind_text(stream).bind(first_key(before_run)).execute();
}

}  // namespace homeroom::store

#include "hub/store/quarantine.hpp"

#include <cstring>
#include <set>

#include "homeroom/error.hpp"
#include "hub/record/varint.hpp"
#include "hub/store/pair_key.hpp"

namespace homeroom::store {

namespace {

using keys::Unit;

void append(std::string& out, std::string_view text) {
  record::append_number(out, text.size());
  out += text;
}

std::string take(std::string_view& plain) {
  uint64_t size = 0;
  if (!record::take_number(plain, size) || size > plain.size())
    throw Error(Next::fail, "a record set aside is cut short");
  std::string text(plain.substr(0, size));
  plain.remove_prefix(size);
  return text;
}

uint64_t take_count(std::string_view& plain) {
  uint64_t count = 0;
  if (!record::take_number(plain, count) || count > plain.size())
    throw Error(Next::fail, "a record set aside is cut short");
  return count;
}

// The sealed part: bytes, key, names of columns, mended columns with their values, each with its
// size in front.
std::string packed(const QuarantineRow& row) {
  std::string plain;
  append(plain, row.what.bytes);
  append(plain, row.what.key);
  record::append_number(plain, row.what.columns.size());
  for (const auto& column : row.what.columns) append(plain, column);
  record::append_number(plain, row.mends.size());
  for (const auto& [column, value] : row.mends) {
    append(plain, column);
    append(plain, value);
  }
  return plain;
}

void unpack(std::string_view plain, QuarantineRow& row) {
  row.what.bytes = take(plain);
  row.what.key = take(plain);
  for (auto count = take_count(plain); count > 0; --count) row.what.columns.push_back(take(plain));
  for (auto count = take_count(plain); count > 0; --count) {
    auto column = take(plain);
    row.mends.emplace_back(std::move(column), take(plain));
  }
}

// Before schema 8: four bytes of size, the bytes, the key.
void unpack_short(const std::string& plain, record::SetAside& what) {
  uint32_t size = 0;
  if (plain.size() < sizeof size) throw Error(Next::fail, "a record set aside is cut short");
  std::memcpy(&size, plain.data(), sizeof size);
  what.bytes = plain.substr(sizeof size, size);
  what.key = plain.substr(sizeof size + what.bytes.size());
}

QuarantineRow row_at(const sql::Statement& row, keys::KeyRing& keys) {
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
  found.seen_on = static_cast<int32_t>(row.integer(14));
  std::string plain;
  keys.open(Unit::quarantine, static_cast<uint32_t>(found.run), found.number, row.bytes(11), plain);
  if (row.integer(12) < 0) {
    unpack_short(plain, found.what);
    return found;
  }
  found.state = static_cast<AsideState>(row.integer(12));
  found.reads_again = row.integer(13) != 0;
  unpack(plain, found);
  return found;
}

}  // namespace

Quarantine::Quarantine(sql::Database& database, keys::KeyRing& keys)
    : database_(database), keys_(keys) {}

std::vector<QuarantineRow> Quarantine::all() {
  sql::Statement rows(database_, "SELECT * FROM quarantine ORDER BY key");
  std::vector<QuarantineRow> found;
  while (rows.step()) found.push_back(row_at(rows, keys_));
  return found;
}

void Quarantine::put(const QuarantineRow& row) {
  std::string sealed;
  keys_.seal(Unit::quarantine, static_cast<uint32_t>(row.run), row.number, packed(row), sealed);
  sql::Statement put(database_,
                     "REPLACE INTO quarantine VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  put.bind(pair_key(row.run, row.number)).bind_text(row.source).bind_text(row.what.stream);
  put.bind_text(row.what.file).bind(static_cast<int64_t>(row.what.record));
  put.bind(static_cast<int64_t>(row.what.line)).bind(static_cast<int64_t>(row.what.offset));
  put.bind_text(row.what.field).bind_text(row.what.why).bind(static_cast<int64_t>(row.hash));
  put.bind(static_cast<int64_t>(row.first_run)).bind_bytes(sealed);
  put.bind(static_cast<int64_t>(row.state)).bind(row.reads_again).bind(row.seen_on).execute();
}

uint32_t Quarantine::last_number(uint64_t run) {
  sql::Statement last(database_, "SELECT max(key) FROM quarantine WHERE key BETWEEN ? AND ?");
  last.bind(first_key(run)).bind(last_key(run));
  return last.step() && !last.is_null(0) ? second_of(last.integer(0)) : 0;
}

void Quarantine::clear(const std::string& source, const std::string& stream, uint64_t before_run) {
  sql::Statement erase(database_,
                       "DELETE FROM quarantine WHERE source = ? AND stream = ? AND key < ?");
  erase.bind_text(source).bind_text(stream).bind(first_key(before_run)).execute();
}

void Quarantine::drop_unreadable() {
  std::vector<int64_t> unreadable;
  sql::Statement rows(database_, "SELECT key, sealed FROM quarantine");
  while (rows.step())
    if (auto key = rows.integer(0); !keys_.opens(
            Unit::quarantine, static_cast<uint32_t>(first_of(key)), second_of(key), rows.bytes(1)))
      unreadable.push_back(key);
  sql::Statement erase(database_, "DELETE FROM quarantine WHERE key = ?");
  for (auto key : unreadable) erase.bind(key).execute();
  destroy_unused_keys();
}

// Every run seals what is set aside anew; what it was sealed as before stands in backups.
void Quarantine::destroy_unused_keys() {
  std::set<std::pair<uint32_t, uint64_t>> used;
  sql::Statement rows(database_, "SELECT key FROM quarantine");
  while (rows.step())
    used.emplace(static_cast<uint32_t>(first_of(rows.integer(0))), second_of(rows.integer(0)));
  keys_.destroy_all_but(Unit::quarantine, [&](uint32_t run, uint64_t number) {
    return used.contains({run, number});
  });
}

}  // namespace homeroom::store

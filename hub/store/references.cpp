#include "hub/store/references.hpp"

namespace homeroom::store {

using keys::Unit;

References::References(sql::Database& database, keys::KeyRing& keys)
    : database_(database),
      keys_(keys),
      find_(database, "SELECT number, sealed FROM reference WHERE source = ? AND stream = ?"),
      number_(database, "SELECT number FROM reference WHERE source = ? AND stream = ?"),
      put_(database, "REPLACE INTO reference VALUES(?, ?, ?, ?)") {}

std::string References::find(uint32_t source, const std::string& name) {
  sql::Use row(find_);
  row->bind(source).bind_text(name);
  std::string plain;
  if (row->step())
    keys_.open(Unit::reference, source, static_cast<uint64_t>(row->integer(0)), row->bytes(1),
               plain);
  return plain;
}

void References::put(uint32_t source, const std::string& name, std::string_view bytes) {
  int64_t number = 0;
  {
    sql::Use row(number_);
    row->bind(source).bind_text(name);
    if (row->step()) number = row->integer(0);
  }
  if (number == 0) {
    if (!last_) last_ = database_.number("SELECT coalesce(max(number), 0) FROM reference");
    number = ++*last_;
  }
  keys_.seal(Unit::reference, source, static_cast<uint64_t>(number), bytes, sealed_);
  put_.bind(number).bind(source).bind_text(name).bind_bytes(sealed_).execute();
}

}  // namespace homeroom::store

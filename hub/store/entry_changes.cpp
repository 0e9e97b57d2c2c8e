#include "hub/store/entry_changes.hpp"

namespace homeroom::store {

EntryChanges::EntryChanges(sql::Database& database, const std::string& table)
    : database_(database),
      read_between_("SELECT key, entry FROM " + table + " WHERE key BETWEEN ? AND ? ORDER BY key"),
      read_(database, "SELECT entry FROM " + table + " WHERE key = ?"),
      between_(database, read_between_),
      count_(database, "SELECT count(*) FROM " + table + " WHERE key BETWEEN ? AND ?"),
      last_(database, "SELECT max(key) FROM " + table + " WHERE key BETWEEN ? AND ?"),
      put_(database, "REPLACE INTO " + table + " VALUES(?, ?)"),
      erase_(database, "DELETE FROM " + table + " WHERE key BETWEEN ? AND ?") {}

bool EntryChanges::are_none() {
  if (!are_none_) are_none_ = !last(INT64_MIN, INT64_MAX);
  return *are_none_;
}

std::optional<std::string_view> EntryChanges::find(int64_t key) {
  if (are_none()) return std::nullopt;
  sql::Use row(read_);
  row->bind(key);
  if (!row->step()) return std::nullopt;
  return entry_ = row->bytes(0);
}

std::size_t EntryChanges::count(int64_t first, int64_t last) {
  if (are_none()) return 0;
  sql::Use row(count_);
  row->bind(first).bind(last);
  return row->step() ? static_cast<std::size_t>(row->integer(0)) : 0;
}

std::optional<int64_t> EntryChanges::last(int64_t first, int64_t last) {
  sql::Use row(last_);
  row->bind(first).bind(last);
  if (!row->step() || row->is_null(0)) return std::nullopt;
  return row->integer(0);
}

void EntryChanges::each(int64_t first, int64_t last,
                        const std::function<void(int64_t, std::string_view)>& visit) {
  if (are_none()) return;
  sql::Use rows(between_);
  rows->bind(first).bind(last);
  while (rows->step()) visit(rows->integer(0), rows->bytes(1));
}

void EntryChanges::put(int64_t key, std::string_view entry) {
  put_.bind(key).bind_bytes(entry).execute();
  are_none_ = false;
}

void EntryChanges::erase(int64_t first, int64_t last) {
  erase_.bind(first).bind(last).execute();
}

EntryChanges::Walk::Walk(EntryChanges& changes, int64_t first, int64_t last) {
  if (changes.are_none()) return;
  rows_.emplace(changes.database_, changes.read_between_, sql::Rows::many);
  rows_->bind(first).bind(last);
  next();
}

void EntryChanges::Walk::next() {
  key_.reset();
  if (rows_->step()) key_ = rows_->integer(0);
}

}  // namespace homeroom::store

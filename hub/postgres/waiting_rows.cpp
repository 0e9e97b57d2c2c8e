#include "hub/postgres/waiting_rows.hpp"

#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "hub/postgres/cells.hpp"

namespace homeroom::postgres {

namespace {

constexpr std::size_t most_waiting = 1 << 20;  ///< bytes

}  // namespace

WaitingRows::WaitingRows(Connection& connection, Table table)
    : connection_(connection), table_(std::move(table)) {}

void WaitingRows::put(int64_t key, std::string_view cells, bool overwrites) {
  if (overwrites != overwrites_) flush();
  overwrites_ = overwrites;
  if (is_behind_all(key)) {
    append_number(new_, static_cast<int16_t>(table_.columns.size()));
    new_ += cells;
  } else {
    auto& row = others_[key];
    size_of_others_ += cells.size();
    row = cells;
  }
  if (new_.size() + size_of_others_ >= most_waiting) flush();
}

bool WaitingRows::is_behind_all(int64_t key) {
  if (!connection_.is_in_transaction()) return false;  // another session may put the same one
  auto upper = static_cast<uint64_t>(key) >> 32;
  auto [last, is_first] = last_.try_emplace(upper, 0);
  if (is_first) {
    auto from = static_cast<int64_t>(upper << 32);
    const auto& name = table_.key.front();
    auto found = connection_.run("SELECT max(" + name + ") FROM " + table_.name + " WHERE " + name +
                                 " BETWEEN " + std::to_string(from) + " AND " +
                                 std::to_string(from | UINT32_MAX));
    bool has_any = !found.is_null(0, 0);
    last->second = has_any ? std::stoll(found.text(0, 0)) : std::numeric_limits<int64_t>::min();
  }
  if (key <= last->second) return false;
  last->second = key;
  return true;
}

void WaitingRows::flush() {
  copy_new();
  put_others();
}

void WaitingRows::forget() {
  new_.clear();
  others_.clear();
  size_of_others_ = 0;
  last_.clear();
}

void WaitingRows::copy_new() {
  if (new_.empty()) return;
  connection_.copy_in("COPY " + table_.name + " FROM STDIN (FORMAT binary)", new_);
  new_.clear();
}

/// One array for each column: one statement puts them all.
void WaitingRows::put_others() {
  if (others_.empty()) return;
  auto rows = std::exchange(others_, {});
  size_of_others_ = 0;
  std::vector<std::string> arrays(table_.columns.size());
  std::vector<unsigned> types;
  std::string columns;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    bool is_number = table_.columns[i].is_number;
    types.push_back(is_number ? bigint_array_type : bytea_array_type);
    append_number(arrays[i], int32_t{1});  // dimensions
    append_number(arrays[i], int32_t{1});  // there may be nulls
    append_number(arrays[i], static_cast<uint32_t>(is_number ? bigint_type : bytea_type));
    append_number(arrays[i], static_cast<int32_t>(rows.size()));
    append_number(arrays[i], int32_t{1});  // the first index
    columns += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
  }
  for (const auto& [key, cells] : rows) {
    std::string_view rest = cells;
    for (auto& array : arrays) array += take_cell(rest);
  }
  std::vector<const char*> values;
  std::vector<int> sizes;
  for (const auto& array : arrays) {
    values.push_back(array.data());
    sizes.push_back(static_cast<int>(array.size()));
  }
  connection_.execute("INSERT INTO " + table_.name + " SELECT * FROM unnest(" + columns + ")" +
                          (overwrites_ ? overwriting(table_) : ""),
                      {types, values, sizes});
}

}  // namespace homeroom::postgres

#include "hub/map/far_parts.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <queue>

#include "hub/map/values.hpp"

namespace homeroom::map {

namespace {

constexpr uint32_t rows_at_once = 4096;
constexpr uint32_t most_parts = 64;

/// Another one for each depth, and none that a RowIndex takes its slots by.
uint64_t mixed(uint64_t hash, int depth) {
  hash = (hash + static_cast<uint64_t>(depth + 1) * 0x9E3779B97F4A7C15ull) * 0xBF58476D1CE4E5B9ull;
  hash = (hash ^ hash >> 31) * 0x94D049BB133111EBull;
  return hash ^ hash >> 29;
}

}  // namespace

uint32_t parts_for(const FarRows& rows, const record::Scratch& scratch) {
  auto room = std::clamp<uint64_t>(scratch.budget() / 4 / piece_bytes(scratch), 2, most_parts);
  return static_cast<uint32_t>(
      std::clamp<uint64_t>(6 * rows.memory() / scratch.budget() + 1, 2, room));
}

std::vector<FarPart> parted(const std::shared_ptr<const FarRows>& rows, uint32_t parts, int depth,
                            const KeysOf& keys_of, const std::vector<uint32_t>* key_columns,
                            bool leaves_nulls_out, record::Scratch& scratch) {
  std::deque<FarWriter> writers;
  for (uint32_t i = 0; i < parts; ++i) writers.emplace_back(scratch, rows->shape());
  std::vector<std::optional<uint64_t>> hash_of(parts);
  std::vector<FarPart> made(parts);
  record::Arena arena;
  FarRange range(rows);
  while (range.next(rows_at_once, scratch.budget() / 16)) {
    arena.reset();
    auto relation = range.relation(arena, false, key_columns);
    auto columns = keys_of(relation, arena);
    std::vector<const record::Column*> keys;
    for (const auto& column : columns) keys.push_back(&column);
    for (uint32_t row = 0; row < relation.rows; ++row) {
      if (leaves_nulls_out &&
          std::ranges::any_of(columns, [&](const auto& column) { return is_null(column, row); }))
        continue;
      auto hash = hash_row(keys, row);
      auto part = static_cast<uint32_t>((mixed(hash, depth) >> 32) * parts >> 32);
      if (!hash_of[part]) hash_of[part] = hash;
      made[part].is_one_key &= hash_of[part] == hash;
      writers[part].add(range.row(row));
    }
  }
  for (uint32_t i = 0; i < parts; ++i) made[i].rows = writers[i].finish();
  return made;
}

std::shared_ptr<const FarRows> merged(std::vector<std::shared_ptr<const FarRows>> runs,
                                      bool is_numbered_anew, record::Scratch& scratch) {
  FarWriter writer(scratch, runs.front()->shape());
  std::deque<FarReader> readers;
  using Head = std::pair<uint32_t, uint32_t>;  ///< the number of a run's next row, the run
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  for (auto& run : runs) {
    readers.emplace_back(std::move(run));
    if (readers.back().next())
      heads.emplace(number_of(readers.back().row()), static_cast<uint32_t>(readers.size() - 1));
  }
  while (!heads.empty()) {
    auto [number, run] = heads.top();
    heads.pop();
    if (is_numbered_anew)
      writer.add_numbered(readers[run].row());
    else
      writer.add(readers[run].row());
    if (readers[run].next()) heads.emplace(number_of(readers[run].row()), run);
  }
  return writer.finish();
}

}  // namespace homeroom::map

#include "hub/map/far_fates.hpp"

#include <algorithm>

namespace homeroom::map {

namespace {

constexpr uint32_t rows_at_once = 4096;

/// Of a half byte; filtered is none of them.
uint8_t bit_of(Fate fate) {
  return static_cast<uint8_t>(1u << static_cast<uint8_t>(fate)) >> 1;
}

}  // namespace

void FarFates::Marks::add(uint32_t row, Fate fate) {
  if (row / 2 >= halves_.size())
    halves_.resize(std::max<std::size_t>(row / 2 + 1, halves_.size() * 3 / 2));
  halves_[row / 2] |= static_cast<uint8_t>(bit_of(fate) << (row % 2 * 4));
}

uint8_t FarFates::Marks::at(uint32_t row) const {
  return row / 2 < halves_.size() ? halves_[row / 2] >> (row % 2 * 4) & 15 : 0;
}

uint32_t FarFates::begin_fold() {
  auto fold = static_cast<uint32_t>(folds_.size());
  auto stand_in = std::make_shared<Gathered>();
  stand_in->far_stream = streams_ + fold;
  folds_.emplace_back().stand_in = std::move(stand_in);
  marks_.emplace_back();
  return fold;
}

void FarFates::add_rows(uint32_t fold, uint32_t first, const Gathered& from) {
  auto& made = folds_[fold];
  Relation before;
  before.rows = from.rows;
  before.parts = from.parts;
  before.folded = from.folded;
  if (!made.writing)
    made.writing = std::make_unique<FarWriter>(scratch_, RowShape::of(before, {}, {}));
  std::vector<uint32_t> groups(from.into, from.into + from.rows);
  for (auto& group : groups) group += first;
  made.writing->add(before, groups.data());
}

void FarFates::end_fold(uint32_t fold) {
  auto& made = folds_[fold];
  if (made.writing) made.rows = made.writing->finish();
  made.writing.reset();
}

void FarFates::take(std::vector<std::pair<SourceRow, Fate>>& told) {
  for (const auto& [row, fate] : told) tell(row.stream, row.row, fate);
  told.clear();
}

/// A fold knows only folds that were made before it.
void FarFates::settle() {
  for (auto fold = static_cast<uint32_t>(folds_.size()); fold-- > 0;) settle(fold);
}

/// What a group was used for, all behind it was; what was set aside or refused takes the base rows
/// along.
void FarFates::settle(uint32_t fold) {
  if (!folds_[fold].rows) return;
  const auto& marks = marks_[streams_ + fold];
  FarRange range(folds_[fold].rows);
  record::Arena arena;
  while (range.next(rows_at_once, SIZE_MAX)) {
    arena.reset();
    auto rows = range.relation(arena, true);
    const auto* groups = rows.parts.back().rows;
    rows.parts.pop_back();
    for (uint32_t row = 0; row < rows.rows; ++row) {
      auto mark = marks.at(groups[row]);
      if (!mark) continue;
      if (mark & bit_of(Fate::used)) {
        for (const auto& part : rows.parts) tell(part.stream, part.rows[row], Fate::used);
        for (const auto& of : rows.folded) tell(of.from->far_stream, of.group_of[row], Fate::used);
      }
      for (auto fate : {Fate::set_aside, Fate::refused}) {
        if (!(mark & bit_of(fate))) continue;
        bool is_folded = false;
        for (const auto& of : rows.folded) {
          if (!of.is_base || of.group_of[row] == no_row) continue;
          is_folded = true;
          tell(of.from->far_stream, of.group_of[row], fate);
        }
        const auto& base = rows.parts[base_of(rows.parts, row)];
        if (!is_folded) tell(base.stream, base.rows[row], fate);
      }
    }
  }
}

std::array<uint64_t, 4> FarFates::counts(uint32_t stream, uint32_t rows) const {
  std::array<uint64_t, 4> counts{};
  for (uint32_t row = 0; row < rows; ++row) {
    auto mark = marks_[stream].at(row);
    auto strongest = mark & 4   ? Fate::refused
                     : mark & 2 ? Fate::set_aside
                     : mark & 1 ? Fate::used
                                : Fate::filtered;
    ++counts[static_cast<std::size_t>(strongest)];
  }
  return counts;
}

}  // namespace homeroom::map

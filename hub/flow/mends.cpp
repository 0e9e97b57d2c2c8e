#include "hub/flow/mends.hpp"

#include <algorithm>

#include "hub/flow/intake.hpp"
#include "hub/record/varint.hpp"

namespace homeroom::flow {

Cells cells_of(std::string_view packed) {
  Cells cells;
  while (!packed.empty()) {
    uint64_t size = 0;
    if (!record::take_number(packed, size) || size > packed.size() + 1) return {};
    if (size == 0) {
      cells.emplace_back();
      continue;
    }
    cells.emplace_back(packed.substr(0, size - 1));
    packed.remove_prefix(size - 1);
  }
  return cells;
}

namespace {

std::string packed(const Cells& cells) {
  std::string out;
  for (const auto& cell : cells) {
    record::append_number(out, cell ? cell->size() + 1 : 0);
    if (cell) out += *cell;
  }
  return out;
}

std::optional<std::string_view> cell_at(const record::Column& column, uint32_t row) {
  if (!column.values || !column.is_valid(row)) return std::nullopt;
  return column.text_at(row).view();
}

/// The column's values where one of them can be changed.
std::pair<record::Text*, uint8_t*> own_copy(record::Column& column, uint32_t rows,
                                            record::Arena& arena) {
  auto* texts = arena.many<record::Text>(rows);
  auto* valid = arena.many<uint8_t>(rows);
  for (uint32_t row = 0; row < rows; ++row) {
    valid[row] = column.values && column.is_valid(row);
    texts[row] = valid[row] ? column.text_at(row) : record::Text{};
  }
  column = record::Column{};
  column.values = texts;
  column.valid = valid;
  return {texts, valid};
}

}  // namespace

Mends::Mend Mends::mend_of(const store::QuarantineRow& aside,
                           const std::vector<std::string>& columns) {
  Mend mend;
  mend.aside = &aside;
  auto before = cells_of(aside.what.bytes);
  before.resize(aside.what.columns.size());
  for (const auto& column : columns) {
    auto at = std::ranges::find(aside.what.columns, column) - aside.what.columns.begin();
    bool was_there = static_cast<std::size_t>(at) < before.size();
    mend.cells.push_back(was_there ? before[static_cast<std::size_t>(at)] : std::nullopt);
    mend.mended.push_back(mend.cells.back());
    if (aside.state != store::AsideState::mended) continue;
    for (const auto& [name, value] : aside.mends)
      if (name == column)
        mend.mended.back() = value.empty() ? std::nullopt : std::optional<std::string_view>(value);
  }
  mend.bytes = packed(mend.mended);
  return mend;
}

void Mends::begin(uint32_t stream, const std::string& name, const std::vector<std::string>& columns,
                  const std::vector<uint32_t>& key) {
  if (!asides_) return;
  for (const auto& aside : *asides_) {
    bool is_asked = aside.state == store::AsideState::mended || aside.reads_again;
    if (!is_asked || aside.what.stream != name || aside.what.columns.empty()) continue;
    auto& of = streams_[stream];
    of.key = key;
    of.mends.push_back(mend_of(aside, columns));
    of.by_key.emplace(key_hash(key, packed(of.mends.back().cells)), of.mends.size() - 1);
  }
}

void Mends::apply(uint32_t stream, std::vector<record::Column>& columns, uint32_t rows,
                  record::Arena& arena) {
  auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  auto& of = found->second;
  std::vector<std::pair<record::Text*, uint8_t*>> own(columns.size());
  for (uint32_t row = 0; row < rows; ++row) {
    auto [from, end] = of.by_key.equal_range(key_hash(of.key, columns, row));
    for (; from != end; ++from) {
      auto& mend = of.mends[from->second];
      bool is_same = true;
      for (std::size_t c = 0; c < columns.size() && is_same; ++c)
        is_same = cell_at(columns[c], row) == mend.cells[c];
      if (!is_same) continue;
      mend.was_met = true;
      for (std::size_t c = 0; c < columns.size(); ++c) {
        if (mend.mended[c] == mend.cells[c]) continue;
        if (!own[c].first) own[c] = own_copy(columns[c], rows, arena);
        own[c].second[row] = mend.mended[c].has_value();
        own[c].first[row] = mend.mended[c] ? arena.keep(*mend.mended[c]) : record::Text{};
      }
      break;
    }
  }
}

std::vector<const Mends::Mend*> Mends::waiting(uint32_t stream) const {
  std::vector<const Mend*> waiting;
  auto found = streams_.find(stream);
  if (found == streams_.end()) return waiting;
  for (const auto& mend : found->second.mends)
    if (mend.aside->reads_again && !mend.was_met) waiting.push_back(&mend);
  return waiting;
}

const Mends::Mend* Mends::that_made(uint32_t stream, std::string_view bytes) const {
  auto found = streams_.find(stream);
  if (found == streams_.end()) return nullptr;
  for (const auto& mend : found->second.mends)
    if (mend.was_met && mend.aside->state == store::AsideState::mended && mend.bytes == bytes)
      return &mend;
  return nullptr;
}

bool Mends::was_met(const store::QuarantineRow& aside) const {
  for (const auto& [stream, of] : streams_)
    for (const auto& mend : of.mends)
      if (mend.aside == &aside) return mend.was_met;
  return false;
}

std::vector<uint64_t> Mends::keys(uint32_t stream) const {
  std::vector<uint64_t> keys;
  auto of = streams_.find(stream);
  if (of == streams_.end()) return keys;
  for (const auto& mend : of->second.mends) keys.push_back(key_hash(of->second.key, mend.bytes));
  return keys;
}

}  // namespace homeroom::flow

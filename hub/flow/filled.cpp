#include "hub/flow/filled.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace homeroom::flow {

namespace {

constexpr std::string_view version = "1";

std::string_view take_part(std::string_view& text, char separator) {
  auto part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

uint64_t number_of(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

uint64_t filled_in(const record::Column& column, uint32_t rows) {
  if (!column.values) return 0;
  if (!column.valid) return rows;
  return std::accumulate(column.valid, column.valid + rows, uint64_t{0},
                         [](uint64_t sum, uint8_t valid) { return sum + (valid != 0); });
}

}  // namespace

Filled::Filled(std::vector<std::string> columns)
    : columns_(std::move(columns)), cells_(columns_.size()) {}

void Filled::add(const std::vector<record::Column>& columns, uint32_t rows) {
  for (std::size_t c = 0; c < cells_.size(); ++c) cells_[c] += filled_in(columns[c], rows);
  rows_ += rows;
}

// A line with version and rows, then one a column: cells, tab, name.
std::string Filled::packed() const {
  std::string out = std::string(version) + '\t' + std::to_string(rows_) + '\n';
  for (std::size_t c = 0; c < columns_.size(); ++c)
    out += std::to_string(cells_[c]) + '\t' + columns_[c] + '\n';
  return out;
}

Filled Filled::unpack(std::string_view packed) {
  Filled filled;
  if (take_part(packed, '\t') != version) return filled;
  filled.rows_ = number_of(take_part(packed, '\n'));
  while (!packed.empty()) {
    filled.cells_.push_back(number_of(take_part(packed, '\t')));
    filled.columns_.emplace_back(take_part(packed, '\n'));
  }
  return filled;
}

uint64_t Filled::cells_of(const std::string& column) const {
  auto found = std::ranges::find(columns_, column);
  return found == columns_.end() ? 0 : cells_[static_cast<std::size_t>(found - columns_.begin())];
}

uint64_t Filled::expected(const Filled& before, const std::string& column) const {
  if (before.rows_ == 0) return 0;
  return static_cast<uint64_t>(static_cast<double>(before.cells_of(column)) *
                               static_cast<double>(rows_) / static_cast<double>(before.rows_));
}

std::vector<std::string> Filled::assume(const Filled& before, const std::vector<uint32_t>& absent) {
  std::vector<std::string> held;
  for (auto c : absent) {
    cells_[c] = expected(before, columns_[c]);
    if (before.cells_of(columns_[c]) > 0) held.push_back(columns_[c]);
  }
  return held;
}

Filled::Loss Filled::worst_since(const Filled& before) const {
  Loss worst;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    auto expected = this->expected(before, columns_[c]);
    if (expected == 0) continue;
    Loss loss{columns_[c], expected - std::min(expected, cells_[c]), expected};
    if (loss.is_worse_than(worst)) worst = std::move(loss);
  }
  return worst;
}

}  // namespace homeroom::flow

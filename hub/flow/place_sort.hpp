// Sorting rows whose first criterion is a dense number: they are laid out by it in one pass, and only
// the few of one number are compared.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace homeroom::flow {

/// `place_of(row)` is below `places`; `comes_before` orders rows, by place first.
template <class Row, class PlaceOf, class ComesBefore>
void sort_by_place(std::vector<Row>& rows, std::size_t places, PlaceOf place_of,
                   ComesBefore comes_before) {
  if (rows.size() < places / 8) {
    std::sort(rows.begin(), rows.end(), comes_before);
    return;
  }
  std::vector<std::size_t> end(places + 1);
  for (const auto& row : rows) ++end[place_of(row) + 1];
  for (std::size_t i = 1; i < end.size(); ++i) end[i] += end[i - 1];
  std::vector<Row> sorted(rows.size());
  for (auto& row : rows) sorted[end[place_of(row)]++] = std::move(row);
  rows = std::move(sorted);
  std::size_t from = 0;
  for (std::size_t i = 0; i < places; ++i) {
    auto at = rows.begin() + static_cast<std::ptrdiff_t>(from);
    std::sort(at, rows.begin() + static_cast<std::ptrdiff_t>(end[i]), comes_before);
    from = end[i];
  }
}

}  // namespace homeroom::flow

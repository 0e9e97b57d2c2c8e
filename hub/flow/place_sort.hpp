// Sorting rows whose first criterion is a dense number: they are laid out by it in one pass, and
// only the few of one number are compared.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace homeroom::flow {

/// Rows in pieces: what grows by millions is never moved as a whole.
template <class Row>
class Pieces {
 public:
  Pieces() = default;
  explicit Pieces(std::vector<Row>&& rows) : size_(rows.size()) {
    pieces_.push_back(std::move(rows));
  }

  void push_back(const Row& row) {
    if (size_ % rows_in_piece == 0) pieces_.emplace_back().reserve(rows_in_piece);
    pieces_.back().push_back(row);
    ++size_;
  }
  std::size_t size() const { return size_; }
  /// Visits each row, in order.
  template <class Visit>
  void each(Visit visit) const {
    for (const auto& piece : pieces_)
      for (const auto& row : piece) visit(row);
  }
  /// As each(), giving a piece's memory back when its rows were visited.
  template <class Visit>
  void each_last_time(Visit visit) {
    for (auto& piece : pieces_) {
      for (auto& row : piece) visit(std::move(row));
      std::vector<Row>().swap(piece);  // assigning {} would keep the memory
    }
    pieces_.clear();
    size_ = 0;
  }

 private:
  static constexpr std::size_t rows_in_piece = 1 << 15;

  std::vector<std::vector<Row>> pieces_;
  std::size_t size_ = 0;
};

/// Takes all rows of `given` and answers them sorted. `place_of(row)` is below `places`;
/// `comes_before` orders rows, by place first.
template <class Row, class PlaceOf, class ComesBefore>
std::vector<Row> sorted_by_place(Pieces<Row>& given, std::size_t places, PlaceOf place_of,
                                 ComesBefore comes_before) {
  std::vector<Row> sorted(given.size());
  bool is_sparse = sorted.size() < places / 8;  // a few rows are sorted as if all had one place
  if (is_sparse) places = 1;
  auto place = [&](const Row& row) { return is_sparse ? 0 : place_of(row); };
  std::vector<std::size_t> end(places + 1);
  given.each([&](const Row& row) { ++end[place(row) + 1]; });
  for (std::size_t i = 1; i < end.size(); ++i) end[i] += end[i - 1];
  given.each_last_time([&](Row&& row) { sorted[end[place(row)]++] = std::move(row); });
  std::size_t from = 0;
  for (std::size_t i = 0; i < places; ++i) {
    auto at = sorted.begin() + static_cast<std::ptrdiff_t>(from);
    std::sort(at, sorted.begin() + static_cast<std::ptrdiff_t>(end[i]), comes_before);
    from = end[i];
  }
  return sorted;
}

/// The same for rows that lie in one piece.
template <class Row, class PlaceOf, class ComesBefore>
void sort_by_place(std::vector<Row>& rows, std::size_t places, PlaceOf place_of,
                   ComesBefore comes_before) {
  Pieces<Row> one(std::move(rows));
  rows = sorted_by_place(one, places, place_of, comes_before);
}

}  // namespace homeroom::flow

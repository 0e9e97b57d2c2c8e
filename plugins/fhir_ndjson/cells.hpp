// Cells: the texts of one row while it is put together. Views of the document, which stays until
// the row is added to its batch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::fhir_ndjson {

class Cells {
 public:
  explicit Cells(size_t columns) : texts_(columns) {}

  void clear() {
    std::ranges::fill(texts_, std::string_view());
    made_.clear();
    bytes_ = 0;
    longest_ = 0;
  }
  /// Fills a cell unless it is filled already.
  void set(int column, std::string_view text) {
    auto& cell = texts_[static_cast<size_t>(column)];
    if (!cell.empty()) return;
    cell = text;
    bytes_ += text.size();
    longest_ = std::max(longest_, text.size());
  }
  /// Holds a text that stands nowhere in the document.
  std::string_view keep(std::string text) { return made_.emplace_back(std::move(text)); }

  const std::vector<std::string_view>& texts() const { return texts_; }
  size_t bytes() const { return bytes_; }
  size_t longest() const { return longest_; }

 private:
  std::vector<std::string_view> texts_;
  std::deque<std::string> made_;
  size_t bytes_ = 0;
  size_t longest_ = 0;
};

}  // namespace homeroom::fhir_ndjson

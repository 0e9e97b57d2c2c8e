#include <algorithm>

#include "hub/express/function.hpp"

namespace homeroom::express {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Letters to insert, drop or change; a difference in case costs nothing.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t change = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  size_t least = word.size() / 3 + 1;
  for (const auto& candidate : candidates) {
    size_t far = distance(word, candidate);
    if (far > least || (far == least && !best.empty())) continue;
    least = far;
    best = candidate;
  }
  return best;
}

}  // namespace homeroom::express

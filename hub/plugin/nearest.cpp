#include "hub/plugin/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace homeroom::plugin {
namespace {

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& names) {
  std::optional<std::string> best;
  size_t least = std::max<size_t>(1, name.size() / 3) + 1;
  for (const auto& known : names) {
    size_t far = distance(name, known);
    if (far >= least) continue;
    least = far;
    best = known;
  }
  return best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& names) {
  auto close = nearest(name, names);
  return close ? "; did you mean '" + *close + "'?" : std::string();
}

}  // namespace homeroom::plugin

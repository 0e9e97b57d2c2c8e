#include "csv_columns.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "homeroom/error.hpp"

namespace homeroom::csv {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

size_t letters_changed(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t corner = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t swap = corner + (lower(a[i - 1]) != lower(b[j - 1]));
      corner = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, swap}));
    }
  }
  return row.back();
}

std::string did_you_mean(const std::vector<std::string>& header, std::string_view name) {
  const std::string* best = nullptr;
  size_t least = std::max<size_t>(name.size() / 3, 1) + 1;
  for (auto& known : header)
    if (size_t changed = letters_changed(known, name); changed < least && !known.empty()) {
      best = &known;
      least = changed;
    }
  return best ? "; did you mean " + *best + "?" : "";
}

}  // namespace

bool same_name(std::string_view a, std::string_view b, bool any_case) {
  if (!any_case) return a == b;
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<uint32_t> find_column(const std::vector<std::string>& header, std::string_view name,
                                    bool any_case) {
  for (uint32_t i = 0; i < header.size(); ++i)
    if (same_name(header[i], name, any_case)) return i;
  return std::nullopt;
}

std::vector<Wanted> choose(const std::vector<std::string>& header,
                           const std::vector<std::string>& asked, bool any_case,
                           const std::string& place) {
  std::vector<Wanted> wanted;
  for (std::string name : asked) {
    bool may_be_missing = name.ends_with('?');
    if (may_be_missing) name.pop_back();
    auto column = find_column(header, name, any_case);
    if (column) wanted.push_back({name, *column});
    if (!column && !may_be_missing)
      throw Error(Next::not_readable,
                  place + " line 1: column " + name + " is missing" + did_you_mean(header, name));
  }
  return wanted;
}

}  // namespace homeroom::csv

#include "hub/merge/relation.hpp"

#include <algorithm>

#include "hub/merge/merge.hpp"
#include "hub/record/date.hpp"
#include "hub/record/json.hpp"

namespace homeroom::merge {

namespace {

bool is_swapped_date(const std::string& a, const std::string& b) {
  if (!record::parse_iso_date(a) || !record::parse_iso_date(b)) return false;
  return a.substr(0, 4) == b.substr(0, 4) && a.substr(5, 2) == b.substr(8, 2) &&
         a.substr(8, 2) == b.substr(5, 2);
}

std::string lower(std::string text) {
  for (auto& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + ('a' - 'A'));
  return text;
}

/// One letter changed, missing or too many.
bool differs_in_one_letter(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (a.size() - b.size() > 1) return false;
  auto at = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  return a.substr(at + 1) == b.substr(std::min(b.size(), a.size() == b.size() ? at + 1 : at));
}

}  // namespace

std::string relation(std::string_view winner, std::string_view other) {
  if (winner == other) return std::string(the_same);
  if (winner.front() != '"' || other.front() != '"') return "differs";
  auto a = record::text_of_json(winner);
  auto b = record::text_of_json(other);
  if (is_swapped_date(a, b)) return "differs: day and month swapped";
  if (lower(a) == lower(b)) return "differs: in upper and lower case only";
  if (a.size() > 3 && differs_in_one_letter(a, b)) return "differs: one character";
  return "differs";
}

}  // namespace homeroom::merge

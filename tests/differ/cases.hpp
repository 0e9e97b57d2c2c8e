// Cases: what is compared. A case has a seed; it sets up tables, asks one query, and knows what the
// program makes of the same rows: a line for each row, in the dialect's form.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/differ/expressions.hpp"

namespace homeroom::differ {

struct Case {
  uint64_t seed = 0;
  std::string ours;                ///< for people who look for a difference
  std::vector<std::string> setup;  ///< statements before the query; the same for all of one table
  uint64_t table = 0;              ///< cases with an equal number share their set-up
  std::string query;               ///< gives one text a row
  std::vector<std::string> expected;  ///< those texts as the program makes them
  std::string problem;                ///< why there is nothing to compare
  bool is_skipped = false;            ///< the program refuses it, and says why in `problem`
  std::set<std::string> intended;
  std::string rows;  ///< what it was asked of
};

/// One expression over every row of a table of all types.
Case expression_case(uint64_t seed, const Dialect& dialect);
/// A whole mapping over small tables; the lines are sorted.
Case mapping_case(uint64_t seed, const Dialect& dialect);

constexpr uint64_t cases_a_table = 250;

}  // namespace homeroom::differ

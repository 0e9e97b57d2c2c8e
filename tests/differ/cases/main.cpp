// Writes generated cases for an engine that is no library here, a JSON object a line:
//   differ_cases duckdb WHAT FIRST COUNT     WHAT: expression or mapping
// duckdb_cases.mjs asks them of DuckDB and compares.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <nlohmann/json.hpp>

#include "tests/differ/cases.hpp"

int main(int count, char** words) {
  using namespace homeroom::differ;
  if (count != 5 || std::strcmp(words[1], "duckdb") != 0)
    return std::fputs("usage: differ_cases duckdb expression|mapping FIRST COUNT\n", stderr), 2;
  bool is_mapping = std::strcmp(words[2], "mapping") == 0;
  auto first = std::strtoull(words[3], nullptr, 10), cases = std::strtoull(words[4], nullptr, 10);
  const Dialect dialect(Engine::duckdb);
  uint64_t table = UINT64_MAX;
  for (auto seed = first; seed < first + cases; ++seed) {
    auto one = is_mapping ? mapping_case(seed, dialect) : expression_case(seed, dialect);
    if (one.is_skipped) continue;
    nlohmann::json line = {{"seed", seed},       {"ours", one.ours},
                           {"query", one.query}, {"expected", one.expected},
                           {"rows", one.rows},   {"problem", one.problem}};
    line["intended"] = one.intended;
    if (one.table != table) line["setup"] = one.setup;
    table = one.table;
    std::puts(line.dump().c_str());
  }
  return 0;
}

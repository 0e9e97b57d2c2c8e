// The verb map test: the cases at the end of mapping files.
#include "hub/map/map.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hub/cli/map_files.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::json;

json as_json(const map::CaseResult& result) {
  auto rows = json::array();
  for (const auto& row : result.rows) {
    auto fields = json::array();
    for (const auto& field : row.fields)
      fields.push_back({{"field", field.field},
                        {"expected", field.expected},
                        {"found", field.found},
                        {"same", field.is_same}});
    rows.push_back({{"row", row.row}, {"line", row.place.line}, {"fields", fields}});
  }
  return {{"case", result.name},
          {"line", result.place.line},
          {"passed", result.differences.empty()},
          {"differences", result.differences},
          {"rows", rows}};
}

/// Expected and found, field by field; what differs is marked.
void print(const map::RowDifference& row) {
  fmt::print("         {}:{}: {}\n", row.place.file, row.place.line, row.row);
  std::size_t widest = 5, expected = 8;
  for (const auto& field : row.fields) {
    widest = std::max(widest, field.field.size());
    expected = std::max(expected, field.expected.size());
  }
  fmt::print("             {:<{}}  {:<{}}  found\n", "field", widest, "expected", expected);
  for (const auto& field : row.fields)
    fmt::print("           {} {:<{}}  {:<{}}  {}\n", field.is_same ? ' ' : '>', field.field, widest,
               field.expected, expected, field.is_same ? "the same" : field.found);
}

void print(const map::CaseResult& result) {
  fmt::print("  {:<6} {}\n", result.differences.empty() ? "ok" : "FAILED", result.name);
  for (const auto& row : result.rows) print(row);
  for (const auto& other : result.others) fmt::print("         {}\n", other);
}

void test(Context& context, const std::vector<std::string>& paths) {
  auto workspace = workspace_of(context);
  auto model = model_of(context, workspace);
  auto files = json::array();
  std::size_t cases = 0, failed = 0, without = 0;
  bool has_hashes = false;
  for (const auto& file : files_of(paths, workspace)) {
    json of_file = {{"file", file.string()}, {"cases", json::array()}};
    auto results = map::run_cases(file, model, shelf_of(context, workspace));
    if (!context.is_json())
      fmt::print("{}{}\n", file.string(), results.empty() ? "  has no cases" : "");
    without += results.empty();
    for (const auto& result : results) {
      bool is_passed = result.differences.empty();
      ++cases;
      failed += !is_passed;
      has_hashes |= result.has_hashes;
      of_file["cases"].push_back(as_json(result));
      if (!context.is_json() && !(is_passed && context.is_quiet)) print(result);
    }
    files.push_back(std::move(of_file));
  }
  if (has_hashes) tell_of_hashes(context);
  if (context.is_json()) {
    json out = {{"files", files}, {"cases", cases}, {"failed", failed}, {"without_cases", without}};
    std::printf("%s\n", out.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
  } else {
    fmt::print("{}, {} failed{}\n", plural(cases, "case"), failed,
               without ? ", " + plural(without, "file") + " without cases" : "");
  }
  context.exit_code = failed == 0 ? 0 : 1;
}

}  // namespace

void add_map_test(const Command& map, Context& context) {
  auto paths = std::make_shared<std::vector<std::string>>();
  map.add("test", "Runs the cases at the end of mapping files")
      .takes_each("path", *paths, "Files or folders (default: the workspace's mappings)")
      .does([paths, &context] { test(context, *paths); });
}

}  // namespace homeroom::cli

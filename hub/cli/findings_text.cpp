#include "hub/cli/findings_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hub/cli/context.hpp"
#include "hub/cli/map_files.hpp"

namespace homeroom::cli {

namespace {

/// As many as a person reads; the rest is in the JSON report.
constexpr std::size_t most_lines = 12;

uint64_t number(const nlohmann::ordered_json& json, const char* name) {
  return json.value(name, uint64_t{0});
}

std::string line_of(const nlohmann::ordered_json& kind) {
  auto place = kind.value("file", "");
  if (place.empty()) place = kind.value("stream", "");
  if (auto line = number(kind, "line")) place += fmt::format(":{}", line);
  if (auto record = number(kind, "record")) place += fmt::format(", record {}", record);
  if (auto student = kind.value("student", ""); !student.empty()) place += " of " + student;
  auto field = kind.value("field", "");
  auto more = number(kind, "count") - 1;
  return fmt::format("  {:<9} {} {}{}: {}{}\n", kind.value("severity", ""),
                     kind.value("source", ""), place, field.empty() ? "" : ", " + field,
                     kind.value("says", ""),
                     more ? fmt::format(" ({} more like it)", with_commas(more)) : "");
}

}  // namespace

std::string findings_text(const nlohmann::ordered_json& report) {
  const auto& counts = report.at("findings");
  auto out = fmt::format("\nFindings    {} critical, {}, {}\n",
                         with_commas(number(counts, "critical") + number(counts, "fatal")),
                         plural(number(counts, "warning"), "warning"),
                         plural(number(counts, "info"), "remark"));
  auto kinds = report.value("finding_kinds", nlohmann::ordered_json::array());
  for (std::size_t i = 0; i < kinds.size() && i < most_lines; ++i) out += line_of(kinds[i]);
  if (kinds.size() > most_lines)
    out += fmt::format("  and {} other kinds: homeroom --output json runs show {}\n",
                       kinds.size() - most_lines, report.value("run", ""));
  return out;
}

}  // namespace homeroom::cli

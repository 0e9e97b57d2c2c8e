// The verb map coverage: which codes, branches and fields of the mappings the data of a job really
// use.
#include <algorithm>
#include <cstdio>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/map_files.hpp"
#include "hub/cli/map_source.hpp"

namespace homeroom::cli {

namespace {

using map::CodeUse;
using map::ConditionUse;
using map::Coverage;
using nlohmann::json;
using Path = std::filesystem::path;

/// One mapping file with the sources that were read for it.
struct MappingCoverage {
  Path file;
  std::vector<std::string> sources;
  std::vector<std::string> not_heard;
  Coverage coverage;
};

const settings::Job& job_of(const flow::Hub& hub, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& job : hub.workspace().jobs) {
    if (job.name == name) return job;
    names.push_back(job.name);
  }
  auto near = settings::did_you_mean(name, names);
  throw Error(Next::fix_settings, "no job " + name + (near ? ", did you mean " + *near + "?" : ""));
}

std::vector<MappingCoverage> cover(const Context& context, const flow::Hub& hub,
                                   const settings::Job& job) {
  std::vector<MappingCoverage> all;
  for (const auto& source : hub.workspace().sources) {
    bool is_of_job =
        job.all_sources || std::ranges::find(job.sources, source.name) != job.sources.end();
    bool is_known = std::ranges::find(all, source.mapping, &MappingCoverage::file) != all.end();
    if (is_of_job && !is_known) all.push_back({source.mapping, {}, {}, {}});
  }
  for (auto& one : all) {
    std::unique_ptr<map::Survey> survey;
    for (const auto& source : hub.workspace().sources) {
      bool is_of_job =
          job.all_sources || std::ranges::find(job.sources, source.name) != job.sources.end();
      if (!is_of_job || source.mapping != one.file) continue;
      try {
        OpenSource open(hub, source);
        std::vector<map::Remark> remarks;
        if (!survey)
          survey = map::Survey::of(one.file, hub.model(), open.shapes(), hub.clock_parameters(),
                                   remarks, hub.shelf());
        for (const auto& remark : remarks)
          if (remark.is_error)
            throw Error(Next::fix_settings,
                        fmt::format("{}:{}:{}: {}", remark.place.file, remark.place.line,
                                    remark.place.column, remark.says));
        auto streams = open.streams();
        open.survey(*survey, std::numeric_limits<uint64_t>::max(), context.cancel, streams);
        one.sources.push_back(source.name);
      } catch (const Error& wrong) {
        if (wrong.next == Next::stop || !survey) throw;
        one.not_heard.push_back(source.name + ": " + wrong.what());
      }
    }
    if (survey) one.coverage = survey->coverage();
  }
  return all;
}

const char* word(ConditionUse::Kind kind) {
  switch (kind) {
    case ConditionUse::Kind::branch:
      return "branch";
    case ConditionUse::Kind::otherwise:
      return "else";
    case ConditionUse::Kind::where:
      return "where";
    case ConditionUse::Kind::refuse:
      return "refuse";
    case ConditionUse::Kind::assertion:
      return "assert";
    case ConditionUse::Kind::flag:
      return "flag";
    case ConditionUse::Kind::field:
      return "field";
  }
  return "";
}

/// What a person should look at; empty for a condition that was answered both ways.
std::string remark_on(const ConditionUse& use) {
  bool is_branch =
      use.kind == ConditionUse::Kind::branch || use.kind == ConditionUse::Kind::otherwise;
  if (use.asked() == 0) return "no row came here";
  if (is_branch) return use.is_true == 0 ? "no row took it" : "";
  if (use.is_true == 0) return "never true";
  bool is_well = use.kind == ConditionUse::Kind::assertion;  // what is asserted should be true
  return use.is_false == 0 && use.is_null == 0 && !is_well ? "always true" : "";
}

std::vector<std::string> unused(const CodeUse& use) {
  std::vector<std::string> codes;
  for (const auto& [code, rows] : use.rows)
    if (rows == 0) codes.push_back(code);
  return codes;
}

json as_json(const MappingCoverage& one) {
  json codes = json::array(), conditions = json::array(), fields = json::array();
  for (const auto& use : one.coverage.codes) {
    json unmapped = json::array();
    for (const auto& seen : use.unmapped)
      unmapped.push_back({{"code", seen.code}, {"rows", seen.rows}});
    codes.push_back({{"list", use.list},
                     {"line", use.place.line},
                     {"rows", use.rows},
                     {"unmapped", unmapped},
                     {"unmapped_rows", use.unmapped_rows},
                     {"unused", unused(use)}});
  }
  for (const auto& use : one.coverage.conditions)
    conditions.push_back({{"line", use.place.line},
                          {"column", use.place.column},
                          {"kind", word(use.kind)},
                          {"of", use.what},
                          {"condition", use.text},
                          {"true", use.is_true},
                          {"false", use.is_false},
                          {"null", use.is_null},
                          {"remark", remark_on(use)}});
  for (const auto& use : one.coverage.fields)
    fields.push_back({{"field", use.field},
                      {"line", use.place.line},
                      {"rows", use.rows},
                      {"filled", use.filled}});
  return {{"file", one.file.string()},
          {"sources", one.sources},
          {"not_heard", one.not_heard},
          {"rows", one.coverage.rows},
          {"codes", codes},
          {"conditions", conditions},
          {"fields", fields},
          {"not_looked_into", one.coverage.unseen_parts}};
}

void print_codes(const CodeUse& use) {
  for (const auto& seen : use.unmapped)
    fmt::print("  no row    codes {}: {} ({} rows), first at line {}\n", use.list, seen.code,
               with_commas(seen.rows), use.unmapped_at.line);
  uint64_t shown = 0;
  for (const auto& seen : use.unmapped) shown += seen.rows;
  if (use.unmapped_rows > shown)
    fmt::print("  no row    codes {}: {} more rows hold texts without a row, which are not shown\n",
               use.list, with_commas(use.unmapped_rows - shown));
  auto idle = unused(use);
  if (idle.empty()) return;
  std::string list;
  for (const auto& code : idle) list += (list.empty() ? "" : ", ") + code;
  fmt::print("  unused    codes {}, line {}: {} of {} rows: {}\n", use.list, use.place.line,
             idle.size(), use.rows.size(), list);
}

std::size_t print(const MappingCoverage& one) {
  std::string sources;
  for (const auto& source : one.sources) sources += (sources.empty() ? "" : ", ") + source;
  fmt::print("{}  {} rows of {}\n", one.file.string(), with_commas(one.coverage.rows),
             sources.empty() ? "nobody" : sources);
  for (const auto& trouble : one.not_heard) fmt::print("  not heard {}\n", trouble);
  std::size_t remarks = 0;
  for (const auto& use : one.coverage.codes) {
    remarks += use.unmapped_rows > 0;
    print_codes(use);
  }
  for (const auto& use : one.coverage.conditions) {
    auto says = remark_on(use);
    if (says.empty()) continue;
    ++remarks;
    fmt::print("  {:<9} line {}, {}: {}: {}\n", word(use.kind), use.place.line, use.what, use.text,
               says);
  }
  for (const auto& use : one.coverage.fields) {
    if (use.filled > 0) continue;
    ++remarks;
    fmt::print("  empty     line {}, {}: {}\n", use.place.line, use.field,
               use.rows == 0 ? "no row" : "null in all " + with_commas(use.rows) + " rows");
  }
  if (one.coverage.unseen_parts > 0)
    fmt::print("  {} decisions on items of lists are not looked into\n", one.coverage.unseen_parts);
  return remarks;
}

void coverage(Context& context, const std::string& name) {
  auto hub = context.hub();
  auto all = cover(context, hub, job_of(hub, name));
  if (context.is_json()) {
    json out = {{"job", name}, {"mappings", json::array()}};
    for (const auto& one : all) out["mappings"].push_back(as_json(one));
    std::printf("%s\n", out.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
    return;
  }
  std::size_t remarks = 0;
  for (const auto& one : all) remarks += print(one);
  fmt::print("{}\n", plural(remarks, "thing") + " to look at");
}

}  // namespace

void add_map_coverage(const Command& map, Context& context) {
  auto name = std::make_shared<std::string>();
  map.add("coverage", "Which codes, branches and fields of a job's mappings its data use")
      .takes("job", *name, "A job of homeroom.yaml", Need::must)
      .does([name, &context] { coverage(context, *name); });
}

}  // namespace homeroom::cli

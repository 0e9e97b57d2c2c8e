// Runs the cases of a mapping file.
#include "hub/map/cases.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"

namespace homeroom::map {

namespace {

using settings::Node;

std::string at(const Node& node) {
  return node.place().file + ":" + std::to_string(node.place().line) + ": ";
}

std::map<std::string, std::string> parameters_of(const Node& node) {
  auto day = node.find("run_date");
  if (day) day.date();  // refuses what is none, with its place
  auto parameters = parameters_on(day ? day.text() : day_of_cases);
  for (const auto& [name, value] : node.entries()) parameters[name.text()] = value.text();
  return parameters;
}

void add(CaseResult& result, const std::string& says) {
  result.differences.push_back(says);
  result.others.push_back(says);
}

/// A stray column in a case is a typing mistake: it would be null without a word.
void give(GivenRows& rows, const Node& given, CaseResult& result) {
  for (const auto& [stream, csv] : given.entries()) {
    for (const auto& column : rows.take_csv(stream.text(), csv.text()))
      add(result, at(stream) + "reads of " + stream.text() + " has no column " + column);
  }
}

class CaseRunner {
 public:
  CaseRunner(const std::filesystem::path& file, const record::Model& model, const Shelf& shelf)
      : file_(file), model_(model), shelf_(shelf) {}

  CaseResult run(const Node& node) {
    node.only({"case", "given", "parameters", "expect"});
    CaseResult result{node.require("case").text(), node.place(), {}, {}, {}};
    auto* mapping = this->mapping(node.find("parameters"), result);
    if (!mapping) return result;
    result.has_hashes = mapping->has_hashes();
    try {
      arena_.reset();
      GivenRows rows(*mapping, arena_);
      give(rows, node.find("given"), result);
      auto block = rows.block();
      auto output = mapping->run(block, arena_);
      compare(node.require("expect"), *mapping, model_, block, output, result);
    } catch (const Error& wrong) {
      std::string says = wrong.what();
      add(result, says.starts_with(node.place().file) ? says : at(node) + says);
    }
    return result;
  }

 private:
  /// Parameters are compiled in, so there is one mapping for each set of them.
  Mapping* mapping(const Node& node, CaseResult& result) {
    auto parameters = parameters_of(node);
    auto& made = mappings_[parameters];
    if (made) return made.get();
    std::vector<Remark> remarks;
    made = Mapping::compile(file_, model_, {}, parameters, remarks, fixed_hasher(), shelf_);
    for (const auto& remark : remarks)
      if (remark.is_error)
        add(result,
            remark.place.file + ":" + std::to_string(remark.place.line) + ": " + remark.says);
    return made.get();
  }

  const std::filesystem::path& file_;
  const record::Model& model_;
  const Shelf& shelf_;
  record::Arena arena_;
  std::map<std::map<std::string, std::string>, std::unique_ptr<Mapping>> mappings_;
};

}  // namespace

std::map<std::string, std::string> parameters_on(const std::string& run_date) {
  auto days = record::parse_iso_date(run_date);
  if (!days) throw Error(Next::fix_settings, "run_date is not a date YYYY-MM-DD");
  auto day = record::civil(*days);
  return {{"run_date", run_date},
          {"school_year", std::to_string(day.month >= 7 ? day.year + 1 : day.year)}};
}

std::vector<CaseResult> run_cases(const std::filesystem::path& file, const record::Model& model,
                                  const Shelf& shelf) {
  std::vector<CaseResult> results;
  CaseRunner runner(file, model, shelf);
  for (const auto& node : settings::load(file).find("cases").items())
    results.push_back(runner.run(node));
  return results;
}

}  // namespace homeroom::map

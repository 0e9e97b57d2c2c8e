#include "hub/conformance/report.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace homeroom::conformance {

namespace {

const char* word_of(Outcome outcome) {
  if (outcome == Outcome::passed) return "passed";
  return outcome == Outcome::failed ? "failed" : "skipped";
}

const char* word_of(Carrier carrier) {
  return carrier == Carrier::inside ? "inside" : "runner";
}

bool has_both(const Report& report) {
  return !report.results.empty() && report.results.front().carrier != report.results.back().carrier;
}

/// What a plugin wrote may be no UTF-8.
constexpr auto replace = nlohmann::json::error_handler_t::replace;

std::string escaped(const std::string& text) {
  std::string out;
  auto whole = nlohmann::json::parse(nlohmann::json(text).dump(-1, ' ', false, replace));
  for (char letter : whole.get<std::string>()) {
    if (letter == '&')
      out += "&amp;";
    else if (letter == '<')
      out += "&lt;";
    else if (letter == '>')
      out += "&gt;";
    else if (letter == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(letter) < ' ')
      out += ' ';  // XML 1.0 has no way to write most of them
    else
      out += letter;
  }
  return out;
}

std::string suite_of(const Result& result) {
  return result.carrier == Carrier::inside ? result.area : result.area + " in a runner";
}

/// The results of each suite, in the order they were tried.
std::vector<std::pair<std::string, std::vector<const Result*>>> by_suite(const Report& report) {
  std::vector<std::pair<std::string, std::vector<const Result*>>> suites;
  for (const auto& result : report.results) {
    auto name = suite_of(result);
    auto found = std::ranges::find(suites, name, [](const auto& suite) { return suite.first; });
    if (found == suites.end()) found = suites.insert(found, {name, {}});
    found->second.push_back(&result);
  }
  return suites;
}

std::string case_of(const Result& result) {
  auto line = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                          escaped(suite_of(result)), escaped(result.check), result.seconds);
  if (result.outcome == Outcome::passed) return line + "/>\n";
  const char* tag = result.outcome == Outcome::failed ? "failure" : "skipped";
  return line + fmt::format("><{} message=\"{}\"/></testcase>\n", tag, escaped(result.why));
}

}  // namespace

uint64_t Report::count(Outcome outcome) const {
  return static_cast<uint64_t>(std::ranges::count(results, outcome, &Result::outcome));
}

std::string text_of(const Report& report) {
  std::string out;
  const Result* last = nullptr;
  for (const auto& result : report.results) {
    if (has_both(report) && (!last || last->carrier != result.carrier))
      out += result.carrier == Carrier::inside ? "inside the hub\n" : "in a runner\n";
    last = &result;
    out += fmt::format("{:<7}  {}.{}: {}\n", word_of(result.outcome), result.area, result.check,
                       result.promise);
    if (!result.why.empty()) out += fmt::format("         {}\n", result.why);
  }
  return out + fmt::format("{} {}: {} passed, {} failed, {} skipped\n", report.plugin,
                           report.version, report.count(Outcome::passed),
                           report.count(Outcome::failed), report.count(Outcome::skipped));
}

std::string json_of(const Report& report) {
  nlohmann::json out = {{"plugin", report.plugin},
                        {"version", report.version},
                        {"passed", report.count(Outcome::passed)},
                        {"failed", report.count(Outcome::failed)},
                        {"skipped", report.count(Outcome::skipped)},
                        {"checks", nlohmann::json::array()}};
  for (const auto& result : report.results) {
    nlohmann::json one = {{"area", result.area},
                          {"check", result.check},
                          {"promise", result.promise},
                          {"outcome", word_of(result.outcome)},
                          {"carrier", word_of(result.carrier)},
                          {"seconds", result.seconds}};
    if (!result.why.empty()) one["why"] = result.why;
    out["checks"].push_back(one);
  }
  return out.dump(-1, ' ', false, replace) + "\n";
}

std::string junit_of(const Report& report) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites name=\"{} {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
                     escaped(report.plugin), escaped(report.version), report.results.size(),
                     report.count(Outcome::failed), report.count(Outcome::skipped));
  for (const auto& [suite, results] : by_suite(report)) {
    auto count = [&](Outcome outcome) {
      return std::ranges::count(results, outcome, [](const Result* one) { return one->outcome; });
    };
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
                       escaped(suite), results.size(), count(Outcome::failed),
                       count(Outcome::skipped));
    for (const auto* result : results) out += case_of(*result);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace homeroom::conformance

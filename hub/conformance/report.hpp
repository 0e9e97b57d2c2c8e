// Report: what the kit tried, what held, what did not, and why something could not be tried.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homeroom::conformance {

enum class Outcome : uint8_t { passed, failed, skipped };
/// Where the plugin's code ran: in the hub's process, or in a process of its own.
enum class Carrier : uint8_t { inside, runner };

struct Result {
  std::string area;
  std::string check;
  std::string promise;  ///< what must hold, one sentence
  Outcome outcome = Outcome::passed;
  std::string why;  ///< of a failure or a skip; never a value of a record
  double seconds = 0;
  Carrier carrier = Carrier::inside;
};

struct Report {
  std::string plugin;
  std::string version;
  std::vector<Result> results;

  uint64_t count(Outcome outcome) const;
  bool has_passed() const { return count(Outcome::failed) == 0; }
};

/// For people: a line a check, failures and skips with their reason; where both carriers were
/// tried, under a line for each.
std::string text_of(const Report& report);
/// One JSON document.
std::string json_of(const Report& report);
/// JUnit's XML, one suite an area and carrier, as build servers read it.
std::string junit_of(const Report& report);

}  // namespace homeroom::conformance

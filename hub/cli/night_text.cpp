#include "hub/cli/night_text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hub/cli/context.hpp"
#include "hub/cli/findings_text.hpp"
#include "hub/cli/recognition_text.hpp"
#include "hub/flow/flow.hpp"
#include "hub/record/record.hpp"

namespace homeroom::cli {

namespace {

using record::Report;

std::string counted(uint64_t count, const char* one, const char* many) {
  return with_commas(count) + ' ' + (count == 1 ? one : many);
}

std::string heard(const Report& report) {
  Table table(
      {"Heard", "", "read", "mapped", "unchanged", "left out", "refused", "removals", "set aside"});
  std::string silent, mended, standing;
  for (const auto& source : report.sources) {
    bool is_first = true;
    for (const auto& s : source.streams) {
      table.add({is_first ? "  " + source.source : "", s.stream, with_commas(s.read),
                 with_commas(s.mapped), with_commas(s.unchanged), with_commas(s.filtered),
                 with_commas(s.refused), with_commas(s.removals), with_commas(s.quarantined)});
      is_first = false;
    }
    if (source.stands) standing += (standing.empty() ? "" : ", ") + source.source;
    for (const auto& s : source.streams) mended += cleared_text(source.source, s.stream, s.cleared);
    if (!source.heard && !source.trouble.empty())
      silent += fmt::format("  {}  NOT HEARD  {}\n", source.source, source.trouble);
  }
  if (!standing.empty())
    standing = "  not read again, since no file of it changed: " + standing + '\n';
  return table.text(2) + standing + silent + mended;
}

/// The names of those that are so, with commas.
template <class All, class Is, class Name>
std::string those(const All& all, Is is_so, Name name) {
  std::string out;
  for (const auto& one : all)
    if (is_so(one)) out += (out.empty() ? "" : ", ") + name(one);
  return out;
}

/// What was made anew of all that is known, and for which change.
std::string changed(const Report& report) {
  auto parts = those(
      report.changed, [](const auto&) { return true; }, [](const auto& part) { return part; });
  auto mapped = those(
      report.sources, [](const auto& source) { return source.mapped_anew; },
      [](const auto& source) { return source.source; });
  auto decided = those(
      report.deliveries, [](const auto& delivery) { return delivery.decided_anew; },
      [](const auto& delivery) { return delivery.destination; });
  std::string made;
  auto add = [&made](const std::string& what) { made += (made.empty() ? "" : "; ") + what; };
  if (!mapped.empty()) add("all records mapped anew: " + mapped);
  if (report.merged_anew) add("all profiles merged anew");
  if (!decided.empty()) add("all shares decided anew: " + decided);
  if (parts.empty() && made.empty()) return "";
  auto out = "\nChanged     " + (parts.empty() ? "nothing in the files of the workspace" : parts);
  return out + '\n' + (made.empty() ? "" : "            " + made + '\n');
}

std::string children(const Report& report) {
  const auto& p = report.persons;
  return fmt::format(
      "\nChildren\n  {} here; {} forgotten (this count is all that stays)\n  {} for a person\n",
      counted(p.students, "is a student", "are students"),
      counted(p.forgotten, "record of others was", "records of others were"),
      counted(p.review, "pair waits", "pairs wait"));
}

std::string profiles(const Report& report) {
  const auto& p = report.profiles;
  return fmt::format(
      "\nProfiles  {} = {} new + {} changed + {} unchanged\n          {} = {} of the night before "
      "+ {} new - {} removed\n",
      with_commas(p.total), with_commas(p.created), with_commas(p.changed),
      with_commas(p.unchanged), with_commas(p.total), with_commas(p.before), with_commas(p.created),
      with_commas(p.removed));
}

std::string sent(const Report& report) {
  if (report.deliveries.empty()) return "";
  Table table({report.dry_run ? "Would be sent" : "Sent", "delivered", "unchanged", "withheld",
               "held", "refused", "waiting", "not for it", "removed"});
  for (const auto& d : report.deliveries)
    table.add({"  " + d.destination, with_commas(d.delivered), with_commas(d.unchanged),
               with_commas(d.withheld), with_commas(d.held), with_commas(d.refused),
               with_commas(d.pending), with_commas(d.out_of_scope), with_commas(d.removed)});
  std::string taken;
  for (const auto& d : report.deliveries)
    if (d.cleared > 0)
      taken += fmt::format("  {} took {} that it had refused before\n", d.destination,
                           counted(d.cleared, "student", "students"));
  return "\n" + table.text(1) + taken;
}

std::string brakes(const Report& report) {
  if (report.brakes.empty()) return "\nBrakes      no night before to compare with\n";
  auto tripped = std::ranges::count(report.brakes, true, &record::BrakeState::tripped);
  auto nearest = std::ranges::max_element(
      report.brakes, {}, [](const auto& b) { return b.limit > 0 ? b.value / b.limit : 0; });
  std::string approved;
  for (const auto& brake : report.brakes)
    if (brake.approved) approved += (approved.empty() ? "let pass: " : ", ") + brake.brake;
  auto word = tripped ? "TRIPPED" : approved.empty() ? "all clear" : approved;
  return fmt::format("\nBrakes      {}; nearest: {} {:.1f} % of {:g} %\n", word, nearest->brake,
                     nearest->value * 100, nearest->limit * 100);
}

std::string purged(const Report& report) {
  std::string out;
  for (const auto& [of_what, count] : report.purged)
    if (count > 0)
      out += (out.empty() ? "\nPurged      " : ", ") + of_what + ' ' + with_commas(count);
  return out.empty() ? out : out + '\n';
}

std::string verdict(const Report& report) {
  auto word = report.status;
  std::ranges::transform(word, word.begin(), [](unsigned char letter) {
    return static_cast<char>(std::toupper(letter));
  });
  auto sums = record::broken_sums(report).empty() ? "All sums hold." : "A SUM DOES NOT HOLD.";
  std::string out =
      fmt::format("\n{}{}  {:.1f} s, {:.1f} CPU s, {}. {}\n", word,
                  report.dry_run ? " (dry run: nothing published, nothing sent)" : "",
                  report.seconds, report.cpu_seconds, printable_size(report.peak_rss_bytes), sums);
  return out + trouble_text(report.trouble);
}

}  // namespace

std::string trouble_text(const std::vector<std::string>& lines) {
  std::string out;
  int number = 0;
  for (const auto& line : lines) out += fmt::format("  {}  {}\n", ++number, line);
  return out;
}

std::string trouble_alone(const record::Report& report) {
  if (report.trouble.empty() && report.status == "succeeded") return "";
  return fmt::format("homeroom: {}, run {}: {}\n{}", report.job, report.run, report.status,
                     trouble_text(report.trouble));
}

std::string cleared_text(const std::string& source, const std::string& stream, uint64_t count) {
  if (count == 0) return "";
  return fmt::format("  {} {}: {} set aside any more\n", source, stream,
                     counted(count, "record is not", "records are not"));
}

std::string night_text(const flow::Hub& hub, const flow::RunResult& result) {
  const auto& report = result.report;
  std::string out = fmt::format("{}, {}, run {}, {}\n\n", hub.workspace().district, report.job,
                                report.run, report.run_date);
  out += heard(report);
  for (const auto& [what, rows] : result.refusals)
    out += fmt::format("  refused: {} rows of {}; nothing kept\n", with_commas(rows), what);
  out += changed(report);
  bool has_profiles = report.status != "failed";
  if (has_profiles)
    out += children(report) + training_text(report.recognition) + profiles(report) + sent(report) +
           brakes(report) + purged(report);
  out += findings_text(nlohmann::ordered_json::parse(record::report_json(report)));
  return out + verdict(report);
}

}  // namespace homeroom::cli

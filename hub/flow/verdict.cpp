#include "hub/flow/verdict.hpp"

#include <algorithm>

#include "hub/flow/sending.hpp"
#include "hub/record/counted.hpp"

namespace homeroom::flow {

namespace {

bool is_too_much(const record::StreamCounts& stream, const settings::Job& job) {
  return stream.new_set_aside > static_cast<uint64_t>(job.tolerate_new) ||
         (stream.new_set_aside > 0 &&
          static_cast<double>(stream.new_set_aside) >
              job.tolerate_of_stream * static_cast<double>(stream.read));
}

/// What is to be told of one source; nothing where all is well.
std::vector<std::string> trouble_of(const record::SourceCounts& source,
                                    const Circumstances& around) {
  std::vector<std::string> trouble;
  bool was_asked = std::ranges::find(around.not_asked, source.source) == around.not_asked.end();
  if (!source.heard && was_asked)
    trouble.push_back(source.source + " was not heard: " + source.trouble);
  for (const auto& stream : source.streams) {
    if (!stream.complete) trouble.push_back(source.source + ' ' + record::why_incomplete(stream));
    for (const auto& column : stream.missing_columns)
      trouble.push_back(source.source + ' ' + stream.stream + ": column " + column +
                        " is not there any more, and what it said is kept; bring it back, or take "
                        "it out of the `reads` of the mapping");
    if (is_too_much(stream, around.job))
      trouble.push_back(source.source + ' ' + stream.stream + ": " +
                        std::to_string(stream.new_set_aside) +
                        (stream.new_set_aside == 1 ? " new row" : " new rows") +
                        " set aside; homeroom quarantine list");
  }
  return trouble;
}

/// What waits for a destination and why, where nothing else says so; empty if nothing waits.
std::string what_waits(const record::DeliveryCounts& delivery, const settings::Job& job) {
  std::string what;
  if (delivery.pending > 0) what = record::counted(delivery.pending, "share");
  if (delivery.removals_pending > 0)
    what += (what.empty() ? "" : " and ") + record::counted(delivery.removals_pending, "removal");
  if (what.empty() || !delivery.trouble.empty()) return "";
  const char* verb = delivery.pending + delivery.removals_pending == 1 ? "waits" : "wait";
  if (is_of_job(job, delivery.destination))
    return what + " still " + verb + " for " + delivery.destination;
  bool sends_nothing = !job.all_destinations && job.destinations.empty();
  return what + ' ' + verb + " for " + delivery.destination +
         (sends_nothing ? ": this job sends nothing" : ": this job does not send there");
}

}  // namespace

void judge(record::Report& report, const Circumstances& around) {
  bool is_partial = around.is_moved && !report.dry_run;
  for (const auto& source : report.sources) {
    auto trouble = trouble_of(source, around);
    is_partial |= !trouble.empty();
    report.trouble.insert(report.trouble.end(), trouble.begin(), trouble.end());
    for (const auto& stream : source.lost)  // it may be left out, so the night is none the worse
      report.trouble.push_back(source.source + ' ' + stream +
                               " is not offered any more; what it said is kept");
    for (const auto& remark : source.remarks)
      report.trouble.push_back(source.source + ": " + remark);
  }
  for (const auto& delivery : report.deliveries) {
    bool is_open = delivery.refused + delivery.pending + delivery.removals_pending > 0;
    if (is_open && !report.dry_run) is_partial = true;
    if (!delivery.refusals.empty())
      report.trouble.push_back(delivery.destination + ' ' + delivery.refusals);
    if (!delivery.trouble.empty())
      report.trouble.push_back(delivery.destination + ": " + delivery.trouble);
    if (auto waits = what_waits(delivery, around.job); !waits.empty() && !report.dry_run)
      report.trouble.push_back(waits);
  }
  report.status = is_partial ? "partial" : "succeeded";
  auto broken = record::broken_sums(report);
  if (broken.empty()) return;
  report.status = "failed";
  for (const auto& sum : broken) report.trouble.push_back("a sum does not hold: " + sum);
}

int exit_code(const record::Report& report) {
  if (report.status == "succeeded") return 0;
  if (report.status == "partial") return 3;
  if (report.status == "brake") return 4;
  return 1;
}

}  // namespace homeroom::flow

#include "hub/record/report.hpp"

#include "hub/record/json_object.hpp"

namespace homeroom::record {

namespace {

void write_stream(std::string& out, const StreamCounts& stream) {
  JsonObject object(out);
  object.text("stream", stream.stream);
  object.yes("complete", stream.complete);
  object.text("proof", stream.proof);
  object.number("read", stream.read);
  object.number("mapped", stream.mapped);
  object.number("unchanged", stream.unchanged);
  object.number("filtered", stream.filtered);
  object.number("refused", stream.refused);
  object.number("removals", stream.removals);
  object.number("quarantined", stream.quarantined);
  object.number("rows_out", stream.rows_out);
  object.number("deleted", stream.deleted);
  object.number("cleared", stream.cleared);
  object.list("missing_columns", stream.missing_columns,
              [&](const auto& column) { append_json_string(out, column); });
}

void write_source(std::string& out, const SourceCounts& source) {
  JsonObject object(out);
  object.text("source", source.source);
  object.yes("heard", source.heard);
  object.yes("mapped_anew", source.mapped_anew);
  object.yes("stands", source.stands);
  object.fraction("age_hours", source.age_hours);
  if (!source.trouble.empty()) object.text("trouble", source.trouble);
  object.list("streams", source.streams, [&](const auto& stream) { write_stream(out, stream); });
  object.list("lost", source.lost, [&](const auto& stream) { append_json_string(out, stream); });
  object.list("remarks", source.remarks,
              [&](const auto& remark) { append_json_string(out, remark); });
}

void write_persons(std::string& out, const PersonCounts& persons) {
  JsonObject object(out);
  object.number("total", persons.total);
  object.number("students", persons.students);
  object.number("new", persons.created);
  object.number("merged", persons.merged);
  object.number("split", persons.split);
  object.number("ended", persons.ended);
  object.number("forgotten", persons.forgotten);
  object.number("weighed", persons.weighed);
  object.number("review", persons.review);
}

void write_profiles(std::string& out, const ProfileCounts& profiles) {
  JsonObject object(out);
  object.number("total", profiles.total);
  object.number("new", profiles.created);
  object.number("changed", profiles.changed);
  object.number("unchanged", profiles.unchanged);
  object.number("removed", profiles.removed);
}

void write_findings(std::string& out, const FindingCounts& findings) {
  JsonObject object(out);
  object.number("fatal", findings.fatal);
  object.number("critical", findings.critical);
  object.number("warning", findings.warning);
  object.number("info", findings.info);
}

const char* word(Severity severity) {
  switch (severity) {
    case Severity::fatal:
      return "fatal";
    case Severity::critical:
      return "critical";
    case Severity::warning:
      return "warning";
    case Severity::info:
      break;
  }
  return "info";
}

void write_finding_kind(std::string& out, const FindingKind& kind) {
  const auto& first = kind.first;
  JsonObject object(out);
  object.text("severity", word(first.severity));
  object.text("rule", first.rule);
  object.text("source", first.source);
  object.text("stream", first.stream);
  object.text("entity", first.entity);
  object.text("field", first.field);
  object.text("says", first.says);
  object.number("count", kind.count);
  object.text("file", first.file);
  object.number("line", first.line);
  object.number("record", first.record);
  if (!first.student.empty()) object.text("student", first.student);
}

void write_brake(std::string& out, const BrakeState& brake) {
  JsonObject object(out);
  object.text("brake", brake.brake);
  object.fraction("value", brake.value);
  object.fraction("limit", brake.limit);
  object.yes("tripped", brake.tripped);
}

void write_delivery(std::string& out, const DeliveryCounts& delivery) {
  JsonObject object(out);
  object.text("destination", delivery.destination);
  object.number("delivered", delivery.delivered);
  object.number("unchanged", delivery.unchanged);
  object.number("out_of_scope", delivery.out_of_scope);
  object.number("withheld", delivery.withheld);
  object.number("held", delivery.held);
  object.number("refused", delivery.refused);
  object.number("pending", delivery.pending);
  object.number("removed", delivery.removed);
  object.number("removals_pending", delivery.removals_pending);
  object.number("fields_withheld", delivery.fields_withheld);
  object.number("cleared", delivery.cleared);
  object.yes("decided_anew", delivery.decided_anew);
  if (!delivery.trouble.empty()) object.text("trouble", delivery.trouble);
}

void expect(std::vector<std::string>& broken, const std::string& what, uint64_t left,
            uint64_t right) {
  if (left != right)
    broken.push_back(what + ": " + std::to_string(left) + " is not " + std::to_string(right));
}

}  // namespace

std::string why_incomplete(const StreamCounts& stream) {
  auto words = stream.stream + ": not read to its end";
  return stream.stopped_at.empty() ? words : words + " (" + stream.stopped_at + ")";
}

std::vector<std::string> broken_sums(const Report& report) {
  std::vector<std::string> broken;
  for (const auto& source : report.sources)
    for (const auto& s : source.streams)
      expect(broken, source.source + "." + s.stream + " read", s.read,
             s.mapped + s.unchanged + s.filtered + s.refused + s.removals + s.quarantined);
  const auto& persons = report.persons;
  expect(broken, "persons", persons.total + persons.merged + persons.ended,
         persons.before + persons.created + persons.split);
  const auto& profiles = report.profiles;
  expect(broken, "profiles", profiles.total, persons.students);
  expect(broken, "profiles new, changed and unchanged", profiles.total,
         profiles.created + profiles.changed + profiles.unchanged);
  expect(broken, "profiles before", profiles.total + profiles.removed,
         profiles.before + profiles.created);
  for (const auto& d : report.deliveries) {
    expect(
        broken, d.destination + " profiles", profiles.total,
        d.out_of_scope + d.withheld + d.unchanged + d.held + d.refused + d.delivered + d.pending);
    expect(broken, d.destination + " removals", d.removals_owed, d.removed + d.removals_pending);
  }
  return broken;
}

std::string report_json(const Report& report) {
  std::string out;
  {
    JsonObject object(out);
    object.text("run", std::to_string(report.run));
    object.text("job", report.job);
    object.text("status", report.status);
    object.yes("dry_run", report.dry_run);
    object.text("run_date", report.run_date);
    object.number("generation", report.generation);
    object.text("configuration", report.configuration);
    object.list("changed", report.changed,
                [&](const auto& part) { append_json_string(out, part); });
    object.yes("merged_anew", report.merged_anew);
    object.fraction("seconds", report.seconds);
    object.fraction("cpu_seconds", report.cpu_seconds);
    object.number("peak_rss_bytes", report.peak_rss_bytes);
    object.list("stages", report.stages, [&](const auto& stage) {
      JsonObject entry(out);
      entry.text("stage", stage.first);
      entry.fraction("cpu_seconds", stage.second);
    });
    object.list("sources", report.sources, [&](const auto& source) { write_source(out, source); });
    object.name("persons");
    write_persons(out, report.persons);
    object.name("recognition");
    write_recognition(out, report.recognition);
    object.name("profiles");
    write_profiles(out, report.profiles);
    object.name("findings");
    write_findings(out, report.findings);
    object.list("finding_kinds", report.finding_kinds,
                [&](const auto& kind) { write_finding_kind(out, kind); });
    object.list("brakes", report.brakes, [&](const auto& brake) { write_brake(out, brake); });
    object.list("deliveries", report.deliveries,
                [&](const auto& delivery) { write_delivery(out, delivery); });
    object.list("purged", report.purged, [&](const auto& one) {
      JsonObject entry(out);
      entry.text("class", one.first);
      entry.number("count", one.second);
    });
    object.list("trouble", report.trouble,
                [&](const auto& line) { append_json_string(out, line); });
  }
  return out;
}

}  // namespace homeroom::record

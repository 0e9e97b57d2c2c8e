// The verbs check, discover and preview: what stands there before a run.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/extract/extract.hpp"
#include "hub/flow/flow.hpp"
#include "hub/jobs/jobs.hpp"
#include "hub/map/map.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::json;

const char* word(flow::CheckState state) {
  switch (state) {
    case flow::CheckState::good:
      return "ok";
    case flow::CheckState::advice:
      return "advice";
    case flow::CheckState::wrong:
      break;
  }
  return "WRONG";
}

/// What `serve` would make of the schedules and the calendar.
flow::CheckLine check_schedules(const flow::Hub& hub) {
  try {
    jobs::Timetable timetable(hub.workspace());
    auto count = timetable.entries().size();
    return {flow::CheckState::good, "schedules",
            std::to_string(count) +
                (count == 1 ? " job starts by itself" : " jobs start by themselves")};
  } catch (const Error& error) {
    return {flow::CheckState::wrong, "schedules", error.what()};
  }
}

void check(Context& context) {
  auto hub = context.hub();
  auto lines = flow::check(hub);
  lines.push_back(check_schedules(hub));
  auto wrong = std::ranges::count(lines, flow::CheckState::wrong, &flow::CheckLine::state);
  context.exit_code = wrong ? 2 : 0;
  if (context.is_json()) {
    json out = {{"ok", wrong == 0}, {"wrong", wrong}, {"checks", json::array()}};
    for (const auto& line : lines)
      out["checks"].push_back(
          {{"what", line.what},
           {"state", line.state == flow::CheckState::wrong ? "wrong" : word(line.state)},
           {"says", line.says}});
    std::printf("%s\n", out.dump().c_str());
    return;
  }
  for (const auto& line : lines)
    std::printf("%-7s %-28s %s\n", word(line.state), line.what.c_str(), line.says.c_str());
  if (wrong)
    std::printf("\n%ld %s wrong\n", static_cast<long>(wrong),
                wrong == 1 ? "thing is" : "things are");
  else
    std::printf("\nAll well; next: homeroom plan JOB\n");
}

std::string mode_word(const plugin::StreamInfo& info) {
  if (!info.mode) return "as `mode` says";
  return *info.mode == plugin::Mode::full      ? "full"
         : *info.mode == plugin::Mode::changes ? "delta"
                                               : "keys";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& each : words) out += (out.empty() ? "" : ", ") + each;
  return out;
}

double age_hours(const Context& context, const plugin::StreamInfo& info) {
  if (info.as_of_ms == 0) return 0;
  return std::max(0.0, static_cast<double>(context.clock.now_ms() - info.as_of_ms) / 3.6e6);
}

json as_json(const Context& context, const plugin::StreamInfo& info) {
  json columns = json::array();
  for (const auto& column : info.columns)
    columns.push_back({{"name", column.name}, {"format", column.format}});
  return {{"stream", info.name},
          {"role", info.role == plugin::Role::reference ? "reference" : "subject"},
          {"key", info.key},
          {"subject", info.subject},
          {"space", info.space},
          {"mode", mode_word(info)},
          {"as_of_ms", info.as_of_ms},
          {"age_hours", age_hours(context, info)},
          {"columns", columns}};
}

void print(const Context& context, const plugin::StreamInfo& info) {
  std::printf("%s  %s\n", info.name.c_str(),
              info.role == plugin::Role::reference
                  ? "reference data"
                  : ("one row tells of " + info.subject + " (" + info.space + ")").c_str());
  std::printf("  key      %s\n  mode     %s\n", joined(info.key).c_str(), mode_word(info).c_str());
  if (info.as_of_ms) std::printf("  age      %.1f hours\n", age_hours(context, info));
  std::vector<std::string> names;
  for (const auto& column : info.columns) names.push_back(column.name);
  std::printf("  columns  %s\n\n",
              names.empty() ? "told only while reading" : joined(names).c_str());
}

void discover(Context& context, const std::string& source) {
  auto hub = context.hub();
  auto feeds = hub.open_feeds(hub.source(source));
  auto offers = extract::discover(feeds);
  if (!context.is_json()) {
    for (const auto& offer : offers) print(context, offer.info);
    return;
  }
  json out = {{"source", source}, {"streams", json::array()}};
  for (const auto& offer : offers) out["streams"].push_back(as_json(context, offer.info));
  std::printf("%s\n", out.dump().c_str());
}

struct PreviewFlags {
  std::string source, stream;
  uint64_t rows = 10;
  Unmask unmask;
};

const extract::Offer& offer_of(const std::vector<extract::Offer>& offers,
                               const std::string& stream) {
  std::vector<std::string> names;
  for (const auto& offer : offers) {
    if (offer.info.name == stream) return offer;
    names.push_back(offer.info.name);
  }
  auto near = settings::did_you_mean(stream, names);
  throw Error(Next::fix_settings,
              "no stream " + stream +
                  (near ? ", did you mean " + *near + "?" : "; there are: " + joined(names)));
}

/// Columns the mapping reads: nothing else is ever shown.
std::vector<std::string> read_columns(const flow::Hub& hub, const settings::Source& source,
                                      const std::vector<extract::Offer>& offers,
                                      const std::string& stream) {
  std::vector<std::string> names;
  auto mapping = hub.compile_mapping(source, flow::shapes_of(offers));
  for (const auto& reads : mapping->reads())
    if (reads.stream == stream)
      for (const auto& column : reads.columns) names.push_back(column.name);
  return names;
}

using Lines = std::vector<std::vector<std::string>>;

/// The first rows; a column that is not in `shown` is only its shape, an empty cell is "".
Lines first_rows(const extract::Offer& offer, const std::vector<std::string>& columns,
                 const std::vector<std::string>& shown, uint64_t most) {
  plugin::ReadRequest request;
  request.stream = offer.info.name;
  request.mode = offer.info.mode.value_or(plugin::Mode::full);
  request.columns = columns;
  request.max_rows = static_cast<uint32_t>(std::clamp<uint64_t>(most, 1, 2048));
  Lines lines;
  auto reader = offer.instance->read(request);
  while (lines.size() < most) {
    auto arrival = reader->next();
    if (!arrival) break;
    for (uint32_t row = 0; row < arrival->rows.rows && lines.size() < most; ++row) {
      auto& line = lines.emplace_back();
      for (const auto& name : columns) {
        const auto* column = arrival->rows.find(name);
        bool is_there = column && column->values && column->is_valid(row);
        std::string text(is_there ? column->text_at(row).view() : std::string_view{});
        bool is_shown = std::ranges::find(shown, name) != shown.end();
        line.push_back(is_shown ? text : flow::shape_of_text(text));
      }
    }
  }
  return lines;
}

void preview(Context& context, const PreviewFlags& flags) {
  auto hub = context.hub();
  const auto& source = hub.source(flags.source);
  auto feeds = hub.open_feeds(source);
  auto offers = extract::discover(feeds);
  const auto& offer = offer_of(offers, flags.stream);
  std::vector<std::string> columns, shown;
  for (const auto& column : offer.info.columns) columns.push_back(column.name);
  if (columns.empty() || flags.unmask.is_asked)
    shown = read_columns(hub, source, offers, flags.stream);
  if (columns.empty()) columns = shown;
  flags.unmask.record(hub, "stream " + flags.source + ' ' + flags.stream);
  if (!flags.unmask.is_asked) shown.clear();
  auto lines = first_rows(offer, columns, shown, flags.rows);
  if (context.is_json()) {
    json out = {{"source", flags.source},
                {"stream", flags.stream},
                {"masked", !flags.unmask.is_asked},
                {"columns", columns},
                {"rows", lines}};
    std::printf("%s\n", out.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
    return;
  }
  Table table(columns);
  for (auto& line : lines) table.add(std::move(line));
  std::fputs(table.text(columns.size()).c_str(), stdout);
  if (!flags.unmask.is_asked) std::printf("\nValues are masked; --show asks for a reason.\n");
}

}  // namespace

void add_look(const Command& top, Context& context) {
  top.add("check", "Settings, policies and mappings, then every source and destination")
      .does([&context] { check(context); });

  auto source = std::make_shared<std::string>();
  top.add("discover", "The streams of a source, with columns and keys")
      .takes("source", *source, "A source of homeroom.yaml", Need::must)
      .does([&context, source] { discover(context, *source); });

  auto flags = std::make_shared<PreviewFlags>();
  auto previewing = top.add("preview", "The first rows of a stream before mapping, values masked");
  previewing.takes("source", flags->source, "A source of homeroom.yaml", Need::must)
      .takes("stream", flags->stream, "One of its streams", Need::must)
      .takes_count("--rows", flags->rows, "How many (default 10)");
  flags->unmask.add_to(previewing);
  previewing.does([&context, flags] { preview(context, *flags); });
}

}  // namespace homeroom::cli

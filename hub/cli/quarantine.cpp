// The verb quarantine: what was set aside or refused, and what people do about it.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/aside_lists.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/record/record.hpp"
#include "hub/store/store.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

struct Flags : AsideLists {
  std::string id;
  std::vector<std::string> ids, set;
  flow::Settling by;
  Unmask unmask;
};

std::string place_of(const record::SetAside& what) {
  auto place = what.file.empty() ? what.stream : what.file;
  if (what.line) return place + ':' + std::to_string(what.line);
  return what.record ? place + ", record " + std::to_string(what.record) : place;
}

const char* word_of(const store::QuarantineRow& row) {
  if (row.state == store::AsideState::dropped) return "dropped";
  if (row.state == store::AsideState::mended) return row.reads_again ? "fix waits" : "fixed";
  return row.reads_again ? "replay waits" : "open";
}

ordered_json as_json(const store::QuarantineRow& row) {
  return {{"id", flow::aside_id(row)}, {"source", row.source},  {"stream", row.what.stream},
          {"file", row.what.file},     {"line", row.what.line}, {"record", row.what.record},
          {"field", row.what.field},   {"why", row.what.why},   {"state", word_of(row)},
          {"first_run", row.first_run}};
}

const char* word_of(const flow::RefusedShare& share) {
  if (share.stands()) return share.refusal.is_dropped ? "dropped" : "open";
  return share.is_replayed() ? "replay waits" : "a newer one waits";
}

ordered_json as_json(const flow::RefusedShare& share) {
  return {{"id", flow::aside_id(share.refusal)},
          {"destination", share.destination},
          {"student", share.student},
          {"sequence", share.refusal.sequence},
          {"why", share.refusal.why},
          {"state", word_of(share)},
          {"first_run", share.refusal.run}};
}

/// What nobody must look at any more is left out, unless all is asked for.
bool is_asked(const flow::RefusedShare& share, const Flags& flags) {
  return (flags.is_all || !share.is_dropped()) && flags.source.empty() &&
         (flags.destination.empty() || share.destination == flags.destination);
}

template <class Rows>
ordered_json listed(const Rows& rows) {
  auto out = ordered_json::array();
  for (const auto& row : rows) out.push_back(as_json(row));
  return out;
}

std::string text_of(const std::vector<store::QuarantineRow>& rows) {
  if (rows.empty()) return "";
  Table table({"Id", "Source", "Place", "Field", "Why", "State", "Since run"});
  for (const auto& row : rows)
    table.add({flow::aside_id(row), row.source, place_of(row.what), row.what.field, row.what.why,
               word_of(row), std::to_string(row.first_run)});
  return table.text(6);
}

std::string text_of(const std::vector<flow::RefusedShare>& shares) {
  if (shares.empty()) return "";
  Table table({"Id", "Refused by", "Student", "Sequence", "Why", "State", "Since run"});
  for (const auto& share : shares)
    table.add({flow::aside_id(share.refusal), share.destination, share.student,
               std::to_string(share.refusal.sequence), share.refusal.why, word_of(share),
               std::to_string(share.refusal.run)});
  return table.text(6);
}

void list(Context& context, const Flags& flags) {
  auto hub = context.hub();
  if (!flags.source.empty()) hub.source(flags.source);  // refuses an unknown one
  if (!flags.destination.empty()) hub.destination(flags.destination);
  auto reading = flow::open_for_reading(hub);
  auto rows = reading.store->quarantine();
  auto shares = flow::refused_shares(*reading.store);
  std::erase_if(rows, [&](const auto& row) { return !flags.has(row); });
  std::erase_if(shares, [&](const auto& share) { return !is_asked(share, flags); });
  if (context.is_json()) return print({{"set_aside", listed(rows)}, {"refused", listed(shares)}});
  auto records = text_of(rows), refused = text_of(shares);
  auto between = records.empty() || refused.empty() ? "" : "\n";
  auto all = records + between + refused;
  std::fputs(all.empty() ? "Nothing is set aside.\n" : all.c_str(), stdout);
}

void show(const Context& context, const flow::RefusedShare& share) {
  if (context.is_json()) return print(as_json(share));
  std::printf(
      "%s  refused by %s, %s\n  student   %s\n  sequence  %lu\n  why       %s\n  since     run "
      "%lu\n",
      flow::aside_id(share.refusal).c_str(), share.destination.c_str(), word_of(share),
      share.student.c_str(), static_cast<unsigned long>(share.refusal.sequence),
      share.refusal.why.c_str(), static_cast<unsigned long>(share.refusal.run));
}

/// The record by its columns, or as its source has it; values masked unless they are asked for.
void show(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto reading = flow::open_for_reading(hub);
  if (auto share = flow::find_refused(*reading.store, flags.id)) return show(context, *share);
  auto row = flow::find_aside(*reading.store, flags.id);
  flags.unmask.record(hub, "set aside " + flags.id);
  auto seen = [&](const std::string& text) {
    return flags.unmask.is_asked ? text : flow::shape_of_text(text);
  };
  auto cells = flow::cells_of(row.what);
  if (context.is_json()) {
    auto out = as_json(row);
    out["masked"] = !flags.unmask.is_asked;
    out["key"] = seen(row.what.key);
    if (cells.empty()) out["bytes"] = seen(row.what.bytes);
    for (const auto& [column, value] : cells) out["columns"][column] = seen(value);
    for (const auto& [column, value] : row.mends) out["fixed"][column] = seen(value);
    return print(out);
  }
  std::printf("%s  %s %s, %s\n  place   %s\n  field   %s\n  why     %s\n  since   run %lu\n",
              flags.id.c_str(), row.source.c_str(), row.what.stream.c_str(), word_of(row),
              place_of(row.what).c_str(), row.what.field.c_str(), row.what.why.c_str(),
              static_cast<unsigned long>(row.first_run));
  if (cells.empty()) std::printf("  record  %s\n", seen(row.what.bytes).c_str());
  Table table({"  Column", "stands there", "fixed"});
  for (const auto& [column, value] : cells) {
    auto mend = std::ranges::find(row.mends, column, &std::pair<std::string, std::string>::first);
    table.add({"  " + column, seen(value), mend == row.mends.end() ? "" : seen(mend->second)});
  }
  if (!cells.empty()) std::printf("\n%s", table.text(3).c_str());
  if (!flags.unmask.is_asked) std::printf("\nValues are masked; --show asks for a reason.\n");
}

void say(const Context& context, const char* act, std::size_t records,
         const std::string& sentence) {
  if (context.is_json())
    print({{act, records}});
  else
    std::printf("%s\n", sentence.c_str());
}

/// "Born=2014-11-03"; "Born=-" reads the value from standard input, out of the shell's history.
std::pair<std::string, std::string> mend_of(const std::string& said) {
  auto at = said.find('=');
  if (at == std::string::npos || at == 0)
    throw Error(Next::fix_settings, "--set: COLUMN=VALUE is expected, or COLUMN= for nothing");
  return {said.substr(0, at), line_or(said.substr(at + 1))};
}

void fix(Context& context, Flags& flags) {
  auto hub = context.hub();
  std::vector<std::pair<std::string, std::string>> mends;
  for (const auto& said : flags.set) mends.push_back(mend_of(said));
  flow::mend_aside(hub, flags.id, mends, flags.by);
  say(context, "fixed", 1,
      flags.id + " is read so from the next run on, as long as its source says the same.");
}

void replay(Context& context, Flags& flags) {
  auto hub = context.hub();
  auto count = flow::replay_asides(hub, {flags.source, flags.destination, flags.ids}, flags.by);
  say(context, "replayed", count,
      fmt::format("{} {} tried again by the next run.", with_commas(count),
                  count == 1 ? "is" : "are"));
}

void drop(Context& context, Flags& flags) {
  auto hub = context.hub();
  flow::drop_aside(hub, flags.id, flags.by);
  say(context, "dropped", 1, flags.id + " is not told again, as long as its source says the same.");
}

}  // namespace

void add_quarantine(const Command& top, Context& context) {
  auto quarantine =
      top.add("quarantine", "Records set aside and shares refused, with place and reason");
  quarantine.needs_verb();
  auto flags = std::make_shared<Flags>();
  flags->by.actor = account();
  constexpr const char* id_help = "As quarantine list tells it: 412-1";
  quarantine.add("list", "What is set aside now")
      .takes("--source", flags->source, "Only of this source")
      .takes("--destination", flags->destination, "Only what this destination refused")
      .flag("--all", flags->is_all, "Those that were fixed or dropped too")
      .takes_one_of("--by", flags->by_what, {"school"}, "A list for each school")
      .takes("--csv", flags->csv, "The folder for the lists")
      .takes("--rejects", flags->rejects, "A folder for the records as their source has them")
      .takes("--why", flags->why, "Why their values must be seen; recorded")
      .does([&context, flags] {
        flags->are_files() ? flags->write(context) : list(context, *flags);
      });
  auto one = quarantine.add("show", "One of them, by its columns");
  one.takes("id", flags->id, id_help, Need::must);
  flags->unmask.add_to(one);
  one.does([&context, flags] { show(context, *flags); });
  quarantine.add("fix", "Say what should stand in some columns; read so from the next run on")
      .takes("id", flags->id, id_help, Need::must)
      .takes_each("--set", flags->set, "COLUMN=VALUE; - reads the value from standard input",
                  Need::must)
      .takes("--why", flags->by.why, "How it is known; recorded", Need::must)
      .does([&context, flags] { fix(context, *flags); });
  quarantine.add("replay", "Read records of a delta again as they came, send refused shares again")
      .takes_each("ids", flags->ids, "As quarantine list tells them")
      .takes("--source", flags->source, "All of this source")
      .takes("--destination", flags->destination, "All that this destination refused")
      .takes("--why", flags->by.why, "Why they will be taken now; recorded", Need::must)
      .does([&context, flags] { replay(context, *flags); });
  quarantine.add("drop", "Known and left as it is; not told again")
      .takes("id", flags->id, id_help, Need::must)
      .takes("--why", flags->by.why, "Why it may stay out; recorded", Need::must)
      .does([&context, flags] { drop(context, *flags); });
}

}  // namespace homeroom::cli

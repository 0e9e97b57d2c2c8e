// The verb replay: what was delivered since a time, once more.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/instant.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"

namespace homeroom::cli {

namespace {

struct Flags {
  std::string to, from, since, why;
  bool is_dry = false;
};

std::string counted(uint64_t count, const char* one, const char* many) {
  return with_commas(count) + ' ' + (count == 1 ? one : many);
}

constexpr const char* not_yet = "Nothing is asked for yet; --why TEXT instead of --dry-run does.\n";

std::string text_of(const Flags& flags, const flow::ToldAgain& told) {
  auto all = counted(told.shares, "share", "shares") + " and " +
             counted(told.removals, "removal", "removals");
  auto out =
      fmt::format("{} took {} since then (run {} and later).\n", flags.to, all, told.first_run);
  if (told.refused > 0)
    out += fmt::format(
        "It refused {} that this does not send again: homeroom quarantine list "
        "--destination {}\n",
        counted(told.refused, "share", "shares"), flags.to);
  if (told.waiting > 0)
    out += counted(told.waiting, "more waits", "more wait") + " for the next run anyway.\n";
  if (told.shares + told.removals == 0) return out + "There is nothing to send again.\n";
  return out + (flags.is_dry ? not_yet : "The next run sends them again, as they are then.\n");
}

void tell_again(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto since_ms = instant_of(flags.since, hub.workspace().time_zone, "--since");
  auto told = flow::tell_again(hub, {flags.to, since_ms, flags.is_dry, account(), flags.why});
  if (context.is_json())
    return print({{"destination", flags.to},
                  {"since", world::iso_instant(since_ms)},
                  {"dry_run", flags.is_dry},
                  {"first_run", told.first_run},
                  {"shares", told.shares},
                  {"removals", told.removals},
                  {"waiting", told.waiting},
                  {"refused", told.refused}});
  std::fputs(text_of(flags, told).c_str(), stdout);
}

std::string place_of(const flow::HeardAgain::Stream& stream) {
  if (stream.is_read_whole) return "whole";
  if (!stream.stays.empty()) return "from where it stands: " + stream.stays;
  return stream.cursor.empty() ? "from its beginning" : "from cursor " + stream.cursor;
}

std::string text_of(const Flags& flags, const flow::HeardAgain& heard) {
  Table table({"Stream", "is read"});
  for (const auto& stream : heard.streams) table.add({stream.name, place_of(stream)});
  auto out = table.text(2);
  if (heard.generation == 0) out += "No run before then says how far it had read.\n";
  return out + "All that is kept of " + flags.from + " is mapped anew.\n" +
         (flags.is_dry ? not_yet : "The next run does it.\n");
}

void hear_again(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto since_ms = instant_of(flags.since, hub.workspace().time_zone, "--since");
  auto heard = flow::hear_again(hub, {flags.from, since_ms, flags.is_dry, account(), flags.why});
  if (!context.is_json()) {
    std::fputs(text_of(flags, heard).c_str(), stdout);
    return;
  }
  nlohmann::ordered_json out = {{"source", flags.from},
                                {"since", world::iso_instant(since_ms)},
                                {"dry_run", flags.is_dry},
                                {"generation", heard.generation},
                                {"streams", nlohmann::ordered_json::array()}};
  for (const auto& stream : heard.streams)
    out["streams"].push_back({{"stream", stream.name},
                              {"whole", stream.is_read_whole},
                              {"cursor", stream.cursor},
                              {"trouble", stream.stays}});
  print(out);
}

void replay(Context& context, const Flags& flags) {
  if (flags.to.empty() == flags.from.empty())
    throw Error(Next::fix_settings, "say one of --to DESTINATION and --from SOURCE");
  flags.to.empty() ? hear_again(context, flags) : tell_again(context, flags);
}

}  // namespace

void add_replay(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  top.add("replay", "Has the next run deliver once more what was delivered since a time")
      .takes("--to", flags->to, "A destination that lost what it took")
      .takes("--from", flags->from, "A source that was read or mapped wrongly")
      .takes("--since", flags->since, "2026-01-13 or 2026-01-13T02:00; with Z behind it in UTC",
             Need::must)
      .flag("--dry-run", flags->is_dry, "Only count what it would be")
      .takes("--why", flags->why, "Why; recorded")
      .does([&context, flags] { replay(context, *flags); });
}

}  // namespace homeroom::cli

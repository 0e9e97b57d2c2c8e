// The verb purge: what is past its time, and its end.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

struct Flags {
  bool is_plan = false, is_check = false;
  flow::Purging by;
};

ordered_json as_json(const std::vector<flow::Retained>& classes) {
  auto out = ordered_json::array();
  for (const auto& one : classes)
    out.push_back(
        {{"class", one.name}, {"days", one.days}, {"stored", one.stored}, {"past", one.past}});
  return out;
}

std::string text_of(const std::vector<flow::Retained>& classes) {
  Table table({"Class", "may stay", "stored", "past its time"});
  for (const auto& one : classes)
    table.add({one.name, std::to_string(one.days) + " days", with_commas(one.stored),
               with_commas(one.past)});
  return table.text(1);
}

/// What a purge would do, or whether one has left anything.
void look(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto reading = flow::open_for_reading(hub);
  flow::PastTime past(hub, *reading.store, *reading.keys);
  if (flags.is_check) context.exit_code = past.count() == 0 ? 0 : 1;
  if (context.is_json()) return print({{"classes", as_json(past.classes())}});
  std::printf("%s", text_of(past.classes()).c_str());
  if (flags.is_check)
    std::printf("\n%s\n", past.count() == 0 ? "Nothing is past its time."
                                            : "LEFT  homeroom purge --why TEXT destroys it");
}

void purge(Context& context, const Flags& flags) {
  if (flags.is_plan || flags.is_check) return look(context, flags);
  auto hub = context.hub();
  auto purged = flow::purge(hub, flags.by);
  if (context.is_json())
    return print({{"classes", as_json(purged.classes)}, {"digest", purged.digest}});
  std::printf("%s", text_of(purged.classes).c_str());
  if (purged.count == 0)
    std::printf("\nNothing is past its time.\n");
  else
    std::printf("\nDestroyed; the audit log has the proof: digest %s\n", purged.digest.c_str());
}

}  // namespace

void add_purge(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  flags->by.actor = account();
  top.add("purge", "Destroys what is past its time, as `retention` of the workspace says")
      .flag("--plan", flags->is_plan, "Only tell what it would be")
      .flag("--verify", flags->is_check, "Only tell whether anything is left; exit code 1 if so")
      .takes("--why", flags->by.why, "Why; recorded")
      .does([&context, flags] { purge(context, *flags); });
}

}  // namespace homeroom::cli

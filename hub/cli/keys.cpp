// The verbs keys: what keys there are, and new ones in their place. Never a key on the screen.
#include "hub/keys/keys.hpp"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

struct Flags {
  std::string root_was;
  flow::KeyRotation rotation;
  flow::Shredding shredding;
};

/// For people and for programs.
const char* word_of(keys::Unit unit) {
  using keys::Unit;
  switch (unit) {
    case Unit::frame:
      return "records";
    case Unit::profile:
      return "profiles";
    case Unit::reference:
      return "reference streams";
    case Unit::quarantine:
      return "records set aside";
    case Unit::features:
      return "pages of what matching knows";
    case Unit::landing:
      return "landed blocks";
    case Unit::spill:
      return "scratch blocks";
    case Unit::outbox:
      return "bodies to send";
    case Unit::audit:
      return "reasons in the audit log";
    case Unit::correction:
      return "corrections";
    case Unit::decision:
      return "decisions";
    case Unit::postings:
      return "pages of blocking tokens";
    case Unit::refusal:
      return "refused shares";
    case Unit::record_keys:
      return "pages of record keys";
  }
  return "others";
}

constexpr uint64_t keys_in_page = 256;

ordered_json as_json(const keys::KeyStatus& status) {
  ordered_json out = {{"root_key", status.root_kept},
                      {"tenant_key", status.tenant_key},
                      {"made", nullptr},
                      {"rotating", status.is_rotating},
                      {"pages_waiting", status.waiting},
                      {"keys", ordered_json::array()},
                      {"erased", status.erasures.size()}};
  if (status.tenant_key_made_ms > 0) out["made"] = world::iso_instant(status.tenant_key_made_ms);
  for (const auto& count : status.counts)
    out["keys"].push_back({{"of", word_of(count.unit)},
                           {"pages", count.pages},
                           {"room_for", count.pages * keys_in_page},
                           {"destroyed", count.destroyed}});
  return out;
}

std::string age_of(const keys::KeyStatus& status, const world::Clock& clock) {
  if (status.tenant_key_made_ms == 0) return "made before ages were noted";
  auto days = (clock.now_ms() - status.tenant_key_made_ms) / 86'400'000;
  auto made = world::iso_instant(status.tenant_key_made_ms);
  return "made " + made + ", " + std::to_string(days) + (days == 1 ? " day" : " days") + " old";
}

void print_status(const Context& context, const keys::KeyStatus& status) {
  if (context.is_json()) return print(as_json(status));
  std::printf("Root key: %s\nTenant key: number %u, %s\n", status.root_kept.c_str(),
              status.tenant_key, age_of(status, context.clock).c_str());
  if (status.is_rotating)
    std::printf("A rotation goes on: %s pages of keys wait; each run goes on with it\n",
                with_commas(status.waiting).c_str());
  if (status.counts.empty()) return;
  Table table({"Keys of", "Room for", "Destroyed"});
  for (const auto& count : status.counts)
    table.add({word_of(count.unit), with_commas(count.pages * keys_in_page),
               with_commas(count.destroyed)});
  std::printf("\n%s", table.text(1).c_str());
}

void init(Context& context) {
  auto hub = context.hub();
  flow::make_keys(hub);
  if (context.is_json()) return print(as_json(flow::key_status(hub)));
  std::printf(
      "%s and its key database are made. Without them the store cannot be read:\n"
      "back them up, in another place than the data: homeroom backup --keys-out\n",
      hub.parameter("keys").c_str());
}

void rotate(Context& context, Flags& flags) {
  auto hub = context.hub();
  flags.rotation.root_was.file = flags.root_was;
  flags.rotation.actor = account();
  auto status = flow::rotate_keys(hub, flags.rotation, [&](uint64_t left) {
    if (!context.is_quiet && !context.is_json())
      std::fprintf(stderr, "%s pages of keys wait\n", with_commas(left).c_str());
  });
  print_status(context, status);
  if (context.is_json()) return;
  std::printf("\nBackups of the keys that were taken before open only data of before: %s\n",
              "take a new one with homeroom backup --keys-out, and destroy the old ones.");
}

const char* plural(uint64_t count) {
  return count == 1 ? "" : "s";
}

void shred(Context& context, Flags& flags) {
  auto hub = context.hub();
  flags.shredding.student = line_or(flags.shredding.student);
  flags.shredding.actor = account();
  auto done = flow::shred(hub, flags.shredding);
  if (context.is_json())
    return print({{"student", done.student},
                  {"forgotten_before", done.since_ms == 0 ? "" : world::iso_instant(done.since_ms)},
                  {"records", done.records},
                  {"set_aside", done.asides},
                  {"set_aside_of_nobody", done.asides_left},
                  {"reasons", done.reasons},
                  {"destinations_to_tell", done.destinations}});
  if (done.since_ms != 0) {
    std::printf("%s is already forgotten, since %s; nothing was done or recorded.\n",
                done.student.c_str(), world::iso_instant(done.since_ms).c_str());
    return;
  }
  std::printf("%s is forgotten: %lu record%s, the profile, %lu record%s set aside.\n",
              done.student.c_str(), done.records, plural(done.records), done.asides,
              plural(done.asides));
  std::printf(
      "Their keys are destroyed: no copy of the data can be read of this child any more.\n");
  std::printf("%lu destination%s will be told to remove the share, by the next run.\n",
              done.destinations, plural(done.destinations));
  if (done.asides_left > 0)
    std::printf("%lu record%s set aside do not say whose they are: homeroom quarantine list\n",
                done.asides_left, plural(done.asides_left));
  std::printf(
      "Destroy the copies of the keys that were taken before: homeroom backup --keys-out\n");
}

}  // namespace

void add_keys(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  auto keys = top.add("keys", "The keys without which nobody can read the store");
  keys.needs_verb();
  keys.add("init", "Makes them before the first run").does([&context] { init(context); });
  keys.add("status", "What there is, how old, and how much waits; no key is shown")
      .does([&context] { print_status(context, flow::key_status(context.hub())); });
  keys.add("rotate", "Draws a new tenant key that wraps all others; goes on where it was stopped")
      .flag("--later", flags->rotation.leaves_rest, "Only begin; the next runs do the rest")
      .takes("--root-was", flags->root_was,
             "A file with the root key of before, where the setting keys names another now")
      .takes("--why", flags->rotation.why, "Why; recorded", Need::must)
      .does([&context, flags] { rotate(context, *flags); });
  keys.add("shred",
           "Forgets one child for ever: in the store, in every copy of it, and from now on")
      .takes("STUDENT", flags->shredding.student,
             "Homeroom's id, source:key or system:identifier; - reads it", Need::must)
      .takes("--why", flags->shredding.why, "Why; recorded", Need::must)
      .does([&context, flags] { shred(context, *flags); });
}

}  // namespace homeroom::cli

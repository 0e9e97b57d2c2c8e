// The verbs backup, restore and audit: copies of the store, and whether its records are whole.
#include <cstdio>
#include <set>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/store/store.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

struct Flags {
  std::string out, keys_out;
  std::string from, keys_from;
  flow::Restore restore;
  std::vector<std::string> heads;
};

std::optional<std::filesystem::path> folder_or_none(const std::string& said) {
  return said.empty() ? std::nullopt : std::optional<std::filesystem::path>(said);
}

ordered_json as_json(const flow::Backup& backup) {
  return {{"generation", backup.generation},
          {"made", world::iso_instant(backup.made_ms)},
          {"bytes", backup.bytes},
          {"sha256", backup.sha256}};
}

void back_up(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto backup = flow::back_up(hub, flags.out, folder_or_none(flags.keys_out));
  if (context.is_json()) return print(as_json(backup));
  std::printf("Generation %lu, %s bytes, written to %s and read back whole.\n",
              static_cast<unsigned long>(backup.generation), with_commas(backup.bytes).c_str(),
              flags.out.c_str());
  if (flags.keys_out.empty())
    std::printf(
        "Without its keys nobody can read it: homeroom backup --keys-out, to another place.\n");
  else
    std::printf("Its keys are in %s; keep them in another place than the data.\n",
                flags.keys_out.c_str());
}

void restore(Context& context, Flags& flags) {
  auto hub = context.hub();
  flags.restore.from = flags.from;
  flags.restore.keys_from = folder_or_none(flags.keys_from);
  flags.restore.actor = account();
  auto restored = flow::restore(hub, flags.restore);
  if (context.is_json()) {
    auto out = as_json(restored.backup);
    out["before"] = restored.before.string();
    out["only_before"] = restored.only_before;
    out["forgotten"] = restored.forgotten;
    return print(out);
  }
  std::printf("The backup of %s, generation %lu, is the store now.\n",
              world::iso_instant(restored.backup.made_ms).c_str(),
              static_cast<unsigned long>(restored.backup.generation));
  std::string only;
  for (const auto& [chain, entries] : restored.only_before)
    only += (only.empty() ? "" : ", ") + chain + ": " + with_commas(entries);
  if (!only.empty())
    std::printf(
        "What was here stays as %s. Keep it: it alone has what was recorded after the backup "
        "(%s).\n",
        restored.before.c_str(), only.c_str());
  else if (!restored.before.empty())
    std::printf("What was here stays as %s; remove it when you are sure.\n",
                restored.before.c_str());
  if (restored.forgotten > 0)
    std::printf(
        "%s of its records are of children forgotten since, or past their time; they are not in it "
        "any more.\n",
        with_commas(restored.forgotten).c_str());
  std::printf(
      "Nothing is sent from it until a person says so: homeroom run JOB --approve %s --why TEXT\n",
      flow::moved_store);
}

void verify(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto reading = flow::open_for_reading(hub);
  std::set<std::string> lost(flags.heads.begin(), flags.heads.end());
  auto chains = reading.store->chains(lost);
  bool is_whole = lost.empty();
  for (const auto& chain : chains) is_whole &= chain.broken.empty();
  context.exit_code = is_whole ? 0 : 1;
  if (context.is_json()) {
    ordered_json out = {{"whole", is_whole}, {"chains", ordered_json::array()}, {"lost", lost}};
    for (const auto& chain : chains)
      out["chains"].push_back({{"chain", chain.name},
                               {"entries", chain.entries},
                               {"head", chain.head},
                               {"broken", chain.broken}});
    return print(out);
  }
  for (const auto& chain : chains)
    std::printf("%s %s  head %s  %s\n", with_commas(chain.entries).c_str(), chain.name.c_str(),
                chain.head.c_str(),
                chain.broken.empty() ? "whole" : ("CHANGED at " + chain.broken).c_str());
  for (const auto& head : lost)
    std::printf("LOST  no entry has the head %s: a chain was cut at its end\n", head.c_str());
  if (is_whole)
    std::printf(
        "\nNote the heads in another place; next time: homeroom audit verify --head HASH\n");
}

}  // namespace

void add_backup(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  top.add("backup", "A copy of the store, also while a run writes it")
      .takes("--out", flags->out, "A new folder for the data", Need::must)
      .takes("--keys-out", flags->keys_out, "A new folder for the keys, in another place")
      .does([&context, flags] { back_up(context, *flags); });
  top.add("restore", "Puts a backup in the store's place, after checking it wholly")
      .takes("--from", flags->from, "The folder that backup wrote", Need::must)
      .takes("--keys-from", flags->keys_from, "The folder of the keys, where they are lost")
      .flag("--replace", flags->restore.may_replace, "A store is here; let the backup replace it")
      .takes("--why", flags->restore.why, "Why; recorded", Need::must)
      .does([&context, flags] { restore(context, *flags); });
  auto audit = top.add("audit", "The record of what was done and disclosed");
  audit.needs_verb();
  audit.add("verify", "Walks the chains of entries and says whether any was changed or taken out")
      .takes_each("--head", flags->heads, "A head noted before, which must still be there")
      .does([&context, flags] { verify(context, *flags); });
}

}  // namespace homeroom::cli

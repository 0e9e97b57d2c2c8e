#include "hub/flow/backup.hpp"

#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/flow/erasures.hpp"
#include "hub/flow/writing.hpp"
#include "hub/store/job_book.hpp"
#include "hub/world/trouble.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

using std::filesystem::path;

constexpr int format = 1;
constexpr const char* data_name = "store.db";
constexpr const char* note_name = "backup.json";
constexpr const char* jobs_name = "jobs.db";
constexpr const char* keys_name = "homeroom.keys";
// A line each for all that was forgotten or past its time: millions of records, in the worst case.
constexpr uint64_t longest_note = uint64_t{512} << 20;

Error refused(const path& what, const std::string& why) {
  return {Next::fix_settings, what.string() + ": " + why};
}

void make_own_folder(const path& folder) {
  if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder))
    throw refused(folder, "there is something in it; a backup wants a new folder");
  world::make_folder(folder);
  std::error_code trouble;
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, trouble);
  if (trouble) throw world::trouble(trouble.value(), "make", folder);
}

bool is_inside(const path& inner, const path& outer) {
  auto relative = std::filesystem::weakly_canonical(inner).lexically_relative(
      std::filesystem::weakly_canonical(outer));
  return !relative.empty() && *relative.begin() != "..";
}

void must_be_whole(store::Store& store, const path& file) {
  std::set<std::string> known;
  for (const auto& chain : store.chains(known))
    if (!chain.broken.empty())
      throw refused(file, chain.broken + " was changed; homeroom audit verify");
}

void write_note(const path& folder, const Backup& backup) {
  nlohmann::ordered_json note = {
      {"homeroom_backup", format},       {"tenant", backup.tenant},
      {"generation", backup.generation}, {"made", world::iso_instant(backup.made_ms)},
      {"made_ms", backup.made_ms},       {"bytes", backup.bytes},
      {"sha256", backup.sha256},         {"erased", nlohmann::ordered_json::array()}};
  for (const auto& one : backup.erasures)
    note["erased"].push_back(
        {one.number, one.at_ms, static_cast<int>(one.unit), one.scope, one.id, one.token});
  if (!backup.jobs_sha256.empty()) note["jobs_sha256"] = backup.jobs_sha256;
  world::write_atomically(folder / note_name, note.dump() + '\n');
}

Backup read_note(const path& folder) {
  auto file = folder / note_name;
  if (!std::filesystem::exists(file))
    throw refused(folder, "no backup: it has no " + std::string(note_name) +
                              "; name a folder that homeroom backup wrote to its end");
  try {
    auto note = nlohmann::json::parse(world::read_whole(file, longest_note));
    if (note.at("homeroom_backup") != format)
      throw refused(file, "it was written by a newer Homeroom; restore it with that version");
    Backup backup{note.at("tenant"), note.at("generation"), note.at("made_ms"), note.at("bytes"),
                  note.at("sha256")};
    for (const auto& one : note.value("erased", nlohmann::json::array()))
      backup.erasures.push_back({one.at(0), one.at(1),
                                 static_cast<keys::Unit>(one.at(2).get<int>()), one.at(3),
                                 one.at(4), one.at(5)});
    backup.jobs_sha256 = note.value("jobs_sha256", "");
    return backup;
  } catch (const nlohmann::json::exception&) {
    throw refused(file, "it is no note of a backup, or was changed");
  }
}

void must_be_as_written(const path& file, const std::string& sha256) {
  if (!std::filesystem::exists(file)) throw refused(file, "it is missing from the backup");
  if (world::hex(world::sha256_of_file(file)) != sha256)
    throw refused(file, "it is not as it was written; take another backup");
}

Backup checked(const Hub& hub, const path& folder) {
  auto backup = read_note(folder);
  if (backup.tenant != hub.tenant())
    throw refused(folder, "it is a backup of another tenant; go to that tenant's workspace");
  must_be_as_written(folder / data_name, backup.sha256);
  if (!backup.jobs_sha256.empty()) must_be_as_written(folder / jobs_name, backup.jobs_sha256);
  return backup;
}

void put_keys_back(const Hub& hub, const Restore& what) {
  path keys = hub.parameter("keys");
  bool is_here = std::filesystem::exists(keys);
  if (is_here && what.keys_from)
    throw refused(keys, "keys are here already, and newer than any copy; leave out --keys-from");
  if (!is_here && !what.keys_from)
    throw refused(keys, "the keys are not here; name their backup with --keys-from");
  if (what.keys_from) keys::KeyRing::copy(*what.keys_from / keys_name, keys);
}

/// What an earlier restore put aside may be all that answers for something.
path free_name(const path& wanted) {
  auto name = wanted;
  for (int n = 2; std::filesystem::exists(name); ++n)
    name = wanted.string() + '-' + std::to_string(n);
  return name;
}

/// Entries that the chains of the store here have beyond those of its backup. One that is damaged
/// has perhaps none to tell, which is no reason not to restore.
std::map<std::string, uint64_t> written_since(const Hub& hub, keys::KeyRing& keys,
                                              store::Store& backup) {
  std::map<std::string, uint64_t> since;
  std::set<std::string> none;
  auto were = backup.chains(none);
  try {
    for (const auto& is : hub.open_store(keys, false)->chains(none))
      for (const auto& was : were)
        if (was.name == is.name && is.entries > was.entries)
          since[is.name] = is.entries - was.entries;
  } catch (const Error&) {
    since.clear();
  }
  return since;
}

/// Of a store in a file; there is none where no job was ever scheduled.
std::optional<path> book_of_jobs(const Hub& hub) {
  const auto& location = hub.parameter("store");
  if (!location.starts_with("sqlite:")) return std::nullopt;
  return store::JobBook::file_of(location);
}

std::string copy_jobs(const Hub& hub, const path& folder) {
  auto book = book_of_jobs(hub);
  if (!book || !std::filesystem::exists(*book)) return "";
  store::Store::back_up("sqlite:" + book->string(), folder / jobs_name);
  return world::hex(world::sha256_of_file(folder / jobs_name));
}

void put_jobs_back(const Hub& hub, const path& folder, const Backup& backup) {
  auto book = book_of_jobs(hub);
  if (!book || backup.jobs_sha256.empty() || std::filesystem::exists(*book)) return;
  path coming = book->string() + ".restoring";
  std::filesystem::remove(coming);
  store::Store::back_up("sqlite:" + (folder / jobs_name).string(), coming);
  std::filesystem::rename(coming, *book);
}

/// What a copy of the keys forgot to forget: they may be older than the backup, and may have
/// forgotten others since, by the same numbers.
void forget_again(keys::KeyRing& keys, const Backup& backup) {
  auto named = [](const keys::Erasure& one) {
    return std::tuple(one.at_ms, one.unit, one.scope, one.id, one.token);
  };
  std::set<decltype(named({}))> known;
  for (const auto& one : keys.erasures(0)) known.insert(named(one));
  for (const auto& one : backup.erasures)
    if (!known.contains(named(one))) keys.erase(one);
  keys.save();
}

Backup write_backup(const Hub& hub, const path& data_folder,
                    const std::optional<path>& key_folder) {
  auto data = data_folder / data_name;
  store::Store::back_up(hub.parameter("store"), data);
  if (key_folder) keys::KeyRing::copy(hub.parameter("keys"), *key_folder / keys_name);
  Backup backup{hub.tenant(), 0, hub.clock().now_ms(), std::filesystem::file_size(data),
                world::hex(world::sha256_of_file(data))};
  auto keys = hub.open_keys();
  auto copy = store::Store::open("sqlite:" + data.string(), hub.tenant(), *keys, false);
  must_be_whole(*copy, data);
  backup.generation = copy->generation();
  backup.erasures = keys->erasures(0);
  backup.jobs_sha256 = copy_jobs(hub, data_folder);
  write_note(data_folder, backup);
  return backup;
}

}  // namespace

Backup back_up(const Hub& hub, const path& data_folder, const std::optional<path>& key_folder) {
  if (key_folder && (is_inside(*key_folder, data_folder) || is_inside(data_folder, *key_folder)))
    throw refused(*key_folder, "keys and data lie apart: who has both can read everything");
  make_own_folder(data_folder);
  if (key_folder) make_own_folder(*key_folder);
  try {
    return write_backup(hub, data_folder, key_folder);
  } catch (...) {  // half a backup is none
    std::error_code ignored;
    std::filesystem::remove_all(data_folder, ignored);
    if (key_folder) std::filesystem::remove_all(*key_folder, ignored);
    throw;
  }
}

Restored restore(const Hub& hub, const Restore& what) {
  must_have_reason(what.why);
  Restored restored{checked(hub, what.from), {}, {}, 0};
  auto file = hub.store_file();
  if (file.has_parent_path()) world::make_folder(file.parent_path());
  world::Lock lock(hub.lock_file(), "a restore", hub.clock());
  bool is_here = store::Store::is_there(hub.parameter("store"));
  if (is_here && !what.may_replace)
    throw refused(hub.store_name(), "a store is here; --replace puts the backup in its place");
  put_keys_back(hub, what);
  path coming = file.string() + ".restoring";
  std::filesystem::remove(coming);
  store::Store::back_up("sqlite:" + (what.from / data_name).string(), coming);
  {
    auto keys = hub.open_keys();
    auto store = store::Store::open("sqlite:" + coming.string(), hub.tenant(), *keys, true);
    must_be_whole(*store, what.from / data_name);
    if (is_here) restored.only_before = written_since(hub, *keys, *store);
    forget_again(*keys, restored.backup);
    store->mark_restored({hub.clock().now_ms(), what.actor, "restore",
                          "generation " + std::to_string(store->generation()), what.why});
    restored.forgotten = apply_erasures(*store, *keys, hub.run_date(), false);
  }
  put_jobs_back(hub, what.from, restored.backup);
  if (is_here) restored.before = free_name(file.string() + ".before-restore");
  store::Store::put_in_place(coming, hub.parameter("store"), restored.before);
  return restored;
}

}  // namespace homeroom::flow

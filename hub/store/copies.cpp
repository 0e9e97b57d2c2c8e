// Copies of a store: backups, and a backup in the store's place.
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/store/opening.hpp"
#include "hub/store/store.hpp"
#include "hub/world/trouble.hpp"
#include "hub/world/world.hpp"

namespace homeroom::store {

void Store::back_up(const std::string& location, const std::filesystem::path& to) {
  auto file = file_of(location);
  if (!std::filesystem::exists(file))
    throw Error(Next::fix_settings, file.string() + ": there is no store yet; run a job first");
  sqlite::copy(file, to);
}

void Store::put_in_place(const std::filesystem::path& restored, const std::string& location,
                         const std::filesystem::path& before) {
  auto file = file_of(location);
  auto folder = file.has_parent_path() ? file.parent_path() : ".";
  if (std::filesystem::exists(file)) {
    // Its log goes into it first: beside another file it would be replayed there.
    sqlite::Database(file, sqlite::Access::write).run("PRAGMA wal_checkpoint(TRUNCATE)");
    unlink(before.c_str());
    if (link(file.c_str(), before.c_str()) != 0) throw world::trouble(errno, "keep", before);
  }
  for (const char* left : {"-wal", "-shm", "-journal"}) unlink((file.string() + left).c_str());
  if (rename(restored.c_str(), file.c_str()) != 0) throw world::trouble(errno, "make", file);
  world::flush_folder(folder);
}

}  // namespace homeroom::store

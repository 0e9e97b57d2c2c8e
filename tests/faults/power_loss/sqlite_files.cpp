// A file system of SQLite over the default one that tells the disk of this program of each change
// before it is made. Loaded before the program, it is what every database opens with.
#include <cstring>
#include <string>

#include <sqlite3.h>

#include "tests/faults/power_loss/disk.hpp"

namespace homeroom::power_loss {
namespace {

sqlite3_vfs* below = nullptr;

/// SQLite gives room for it, and for the file below right behind.
struct File {
  sqlite3_file base;
  std::filesystem::path* path;  ///< nullptr: not looked at

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* mine(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return mine(file)->real();
}
const sqlite3_io_methods* methods(sqlite3_file* file) {
  return real(file)->pMethods;
}

int close(sqlite3_file* file) {
  Quiet quiet;
  delete mine(file)->path;
  mine(file)->path = nullptr;
  return methods(file)->xClose(real(file));
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  if (const auto* path = mine(file)->path) {
    Disk::of_this_program().change("write", *path);
    Disk::of_this_program().file_will_change(*path);
  }
  Quiet quiet;
  return methods(file)->xWrite(real(file), bytes, size, at);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const auto* path = mine(file)->path) {
    Disk::of_this_program().change("truncate", *path);
    Disk::of_this_program().file_will_change(*path);
  }
  Quiet quiet;
  return methods(file)->xTruncate(real(file), size);
}

int sync(sqlite3_file* file, int how) {
  const auto* path = mine(file)->path;
  if (path) Disk::of_this_program().change("sync", *path);
  Quiet quiet;
  int code = methods(file)->xSync(real(file), how);
  if (path && code == SQLITE_OK) {
    Disk::of_this_program().file_is_flushed(*path);
    // The default file system flushes the folder with the first flush of a log that it made.
    if (path->native().ends_with("-journal") || path->native().ends_with("-wal"))
      Disk::of_this_program().folder_is_flushed(path->parent_path());
  }
  return code;
}

// What changes nothing is the business of the file below.
int read(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
  Quiet quiet;
  return methods(f)->xRead(real(f), to, size, at);
}
int file_size(sqlite3_file* f, sqlite3_int64* size) {
  return methods(f)->xFileSize(real(f), size);
}
int lock(sqlite3_file* f, int how) {
  Quiet quiet;
  return methods(f)->xLock(real(f), how);
}
int unlock(sqlite3_file* f, int how) {
  return methods(f)->xUnlock(real(f), how);
}
int is_reserved(sqlite3_file* f, int* is) {
  return methods(f)->xCheckReservedLock(real(f), is);
}
int control(sqlite3_file* f, int what, void* more) {
  Quiet quiet;
  return methods(f)->xFileControl(real(f), what, more);
}
int sector_size(sqlite3_file* f) {
  return methods(f)->xSectorSize(real(f));
}
int abilities(sqlite3_file* f) {
  return methods(f)->xDeviceCharacteristics(real(f));
}
// What the connections share in memory is made anew after a power loss.
int map_shared(sqlite3_file* f, int page, int size, int may_grow, void volatile** at) {
  Quiet quiet;
  return methods(f)->xShmMap(real(f), page, size, may_grow, at);
}
int lock_shared(sqlite3_file* f, int from, int count, int how) {
  return methods(f)->xShmLock(real(f), from, count, how);
}
void barrier(sqlite3_file* f) {
  methods(f)->xShmBarrier(real(f));
}
int unmap_shared(sqlite3_file* f, int is_deleted) {
  Quiet quiet;
  return methods(f)->xShmUnmap(real(f), is_deleted);
}

const sqlite3_io_methods over = {2,       close,        read,      write,      truncate,
                                 sync,    file_size,    lock,      unlock,     is_reserved,
                                 control, sector_size,  abilities, map_shared, lock_shared,
                                 barrier, unmap_shared, nullptr,   nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto& disk = Disk::of_this_program();
  mine(file)->path = name && disk.holds(name) ? new std::filesystem::path(name) : nullptr;
  const auto* path = mine(file)->path;
  bool is_made = path && (flags & SQLITE_OPEN_CREATE) && !std::filesystem::exists(*path);
  if (is_made) disk.change("make", *path);
  Quiet quiet;
  int code = below->xOpen(below, name, real(file), flags, flags_out);
  file->pMethods = real(file)->pMethods ? &over : nullptr;
  if (code == SQLITE_OK && is_made) {
    disk.file_will_change(*path);
    disk.name_was_made(*path);
  }
  if (!file->pMethods) {
    delete path;
    mine(file)->path = nullptr;
  }
  return code;
}

int remove(sqlite3_vfs*, const char* name, int is_folder_flushed) {
  auto& disk = Disk::of_this_program();
  std::filesystem::path path(name);
  bool is_seen = disk.holds(path) && std::filesystem::exists(path);
  std::filesystem::path kept;
  if (is_seen) {
    disk.change("remove", path);
    kept = disk.keep(path);
  }
  Quiet quiet;
  int code = below->xDelete(below, name, is_folder_flushed);
  if (is_seen && code == SQLITE_OK) {
    disk.name_was_removed(path, kept);
    if (is_folder_flushed) disk.folder_is_flushed(path.parent_path());
  }
  return code;
}

struct Registration {
  Registration() {
    below = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs vfs = *below;
    vfs.zName = "power_loss";
    vfs.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
    vfs.pNext = nullptr;
    vfs.xOpen = open;
    vfs.xDelete = remove;
    sqlite3_vfs_register(&vfs, 1);
  }
} registration;

}  // namespace
}  // namespace homeroom::power_loss

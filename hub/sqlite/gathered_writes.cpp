#include "hub/sqlite/gathered_writes.hpp"

#include <cstring>
#include <memory>
#include <new>

#include <sqlite3.h>

namespace homeroom::sqlite {

namespace {

/// SQLite's own files take less than 128 KiB in one call.
constexpr int most_gathered = 112 << 10;

sqlite3_vfs* below = nullptr;

/// What SQLite has of an open file; the file of the system below stands right behind it.
struct File : sqlite3_file {
  std::unique_ptr<char[]> bytes;  ///< written last, and not yet handed on
  sqlite3_int64 from = 0;         ///< where in the file they begin
  int size = 0;
};

File& mine(sqlite3_file* file) {
  return *static_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(&mine(file) + 1);
}
const sqlite3_io_methods& methods(sqlite3_file* file) {
  return *real(file)->pMethods;
}

/// A failure is told of the call that asks for it. SQLite hears that of most; where it does not, as
/// when it unlocks or closes, nothing waits any more: see control().
int hand_on(sqlite3_file* f) {
  auto& file = mine(f);
  if (file.size == 0) return SQLITE_OK;
  int code = methods(f).xWrite(real(f), file.bytes.get(), file.size, file.from);
  file.size = 0;
  return code;
}

int write(sqlite3_file* f, const void* bytes, int size, sqlite3_int64 at) {
  auto& file = mine(f);
  bool follows = at == file.from + file.size && size <= most_gathered - file.size;
  if (!follows) {
    if (int code = hand_on(f)) return code;
    if (size > most_gathered) return methods(f).xWrite(real(f), bytes, size, at);
    file.from = at;
  }
  std::memcpy(file.bytes.get() + file.size, bytes, static_cast<std::size_t>(size));
  file.size += size;
  return SQLITE_OK;
}

int read(sqlite3_file* f, void* bytes, int size, sqlite3_int64 at) {
  const auto& file = mine(f);
  bool is_here = at < file.from + file.size && file.from < at + size;
  if (is_here)
    if (int code = hand_on(f)) return code;
  return methods(f).xRead(real(f), bytes, size, at);
}

int close(sqlite3_file* f) {
  int gathered = hand_on(f);
  int code = methods(f).xClose(real(f));
  mine(f).~File();
  return gathered ? gathered : code;
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
  int code = hand_on(f);
  return code ? code : methods(f).xTruncate(real(f), size);
}
int sync(sqlite3_file* f, int how) {
  int code = hand_on(f);
  return code ? code : methods(f).xSync(real(f), how);
}
int file_size(sqlite3_file* f, sqlite3_int64* size) {
  int code = hand_on(f);
  return code ? code : methods(f).xFileSize(real(f), size);
}
int unlock(sqlite3_file* f, int level) {
  int code = hand_on(f);
  return code ? code : methods(f).xUnlock(real(f), level);
}
int lock(sqlite3_file* f, int level) {
  return methods(f).xLock(real(f), level);
}
int is_reserved(sqlite3_file* f, int* answer) {
  return methods(f).xCheckReservedLock(real(f), answer);
}
/// Every commit says SYNC before it holds, also of a database that is not flushed then.
int control(sqlite3_file* f, int what, void* with) {
  if (what == SQLITE_FCNTL_SYNC)
    if (int code = hand_on(f)) return code;
  return methods(f).xFileControl(real(f), what, with);
}
int sector_size(sqlite3_file* f) {
  return methods(f).xSectorSize(real(f));
}
int abilities(sqlite3_file* f) {
  return methods(f).xDeviceCharacteristics(real(f));
}

// The first form of the methods: without a log and without memory that others see.
const sqlite3_io_methods over = {1,       close,       read,     write,  truncate,
                                 sync,    file_size,   lock,     unlock, is_reserved,
                                 control, sector_size, abilities};

int open(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* flags_out) {
  auto* file = new (f) File();
  file->bytes = std::make_unique<char[]>(most_gathered);
  int code = below->xOpen(below, name, real(f), flags, flags_out);
  file->pMethods = real(f)->pMethods ? &over : nullptr;
  if (!file->pMethods) file->~File();
  return code;
}

struct Registration {
  Registration() {
    below = sqlite3_vfs_find(nullptr);
    vfs = *below;
    vfs.zName = "homeroom_gathered";
    vfs.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
    vfs.pNext = nullptr;
    vfs.xOpen = open;
    sqlite3_vfs_register(&vfs, 0);
  }
  sqlite3_vfs vfs;
};

}  // namespace

const char* gathered_writes() {
  static Registration registration;
  return registration.vfs.zName;
}

}  // namespace homeroom::sqlite

// The C library's calls that change files, for those that no database has: each tells the disk of
// this program first, then does what it always does.
#include <cstdarg>
#include <cstdlib>
#include <filesystem>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/faults/power_loss/disk.hpp"

using homeroom::power_loss::Disk;
using homeroom::power_loss::Quiet;

namespace {

namespace fs = std::filesystem;

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/// What a descriptor or a name is, when it is looked at; else nothing.
fs::path seen(const fs::path& path) {
  if (Quiet::is_on()) return {};
  Quiet quiet;
  std::error_code none;
  auto whole = fs::absolute(path, none);
  return Disk::of_this_program().holds(whole) ? whole : fs::path();
}
fs::path seen(int descriptor) {
  if (Quiet::is_on()) return {};
  Quiet quiet;
  std::error_code none;
  auto path = fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor), none);
  // Files without a name are gone with the process, however that ends.
  if (none || path.native().ends_with(" (deleted)")) return {};
  return Disk::of_this_program().holds(path) ? path : fs::path();
}

bool is_there(const fs::path& path) {
  Quiet quiet;
  std::error_code none;
  return fs::exists(fs::symlink_status(path, none));
}

void will_change(const char* what, const fs::path& path) {
  if (path.empty()) return;
  Disk::of_this_program().change(what, path);
  Disk::of_this_program().file_will_change(path);
}

void was_made(const fs::path& path) {
  Disk::of_this_program().file_will_change(path);
  Disk::of_this_program().name_was_made(path);
}

int opened(int folder, const char* name, int flags, mode_t mode) {
  static auto* real = next<int(int, const char*, int, ...)>("openat");
  fs::path path;
  if ((flags & (O_CREAT | O_TRUNC)) && (flags & O_TMPFILE) != O_TMPFILE) path = seen(name);
  bool is_new = !path.empty() && !is_there(path);
  if (is_new) Disk::of_this_program().change("make", path);
  if (!is_new && (flags & O_TRUNC)) will_change("truncate", path);
  int descriptor = real(folder, name, flags, mode);
  if (descriptor >= 0 && is_new) was_made(path);
  return descriptor;
}

mode_t mode_in(int flags, va_list more) {
  bool has_mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
  return has_mode ? static_cast<mode_t>(va_arg(more, int)) : 0;
}

/// A name goes: what it meant is kept for the case that it returns.
template <class Function>
int removed(const char* what, const char* name, Function real) {
  auto path = seen(name);
  if (path.empty() || !is_there(path)) return real(name);
  auto& disk = Disk::of_this_program();
  disk.change(what, path);
  auto kept = disk.keep(path);
  int code = real(name);
  if (code == 0 && !kept.empty()) disk.name_was_removed(path, kept);
  return code;
}

int flushed(int descriptor, const char* call) {
  auto* real = next<int(int)>(call);
  auto path = seen(descriptor);
  if (path.empty()) return real(descriptor);
  auto& disk = Disk::of_this_program();
  disk.change("sync", path);
  int code = real(descriptor);
  if (code != 0) return code;
  if (fs::is_directory(path))
    disk.folder_is_flushed(path);
  else
    disk.file_is_flushed(path);
  return code;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int open(const char* name, int flags, ...) {
  va_list more;
  va_start(more, flags);
  auto mode = mode_in(flags, more);
  va_end(more);
  return opened(AT_FDCWD, name, flags, mode);
}
int open64(const char* name, int flags, ...) {
  va_list more;
  va_start(more, flags);
  auto mode = mode_in(flags, more);
  va_end(more);
  return opened(AT_FDCWD, name, flags, mode);
}

int mkostemp(char* pattern, int flags) {
  static auto* real = next<int(char*, int)>("mkostemp");
  auto path = seen(pattern);
  if (!path.empty()) Disk::of_this_program().change("make", path);
  int descriptor = real(pattern, flags);
  if (descriptor >= 0 && !path.empty()) was_made(path.parent_path() / fs::path(pattern).filename());
  return descriptor;
}
int mkostemp64(char* pattern, int flags) {
  return mkostemp(pattern, flags);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static auto* real = next<ssize_t(int, const void*, size_t)>("write");
  will_change("write", seen(descriptor));
  return real(descriptor, bytes, size);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at) {
  static auto* real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  will_change("write", seen(descriptor));
  return real(descriptor, bytes, size, at);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off_t at) {
  return pwrite(descriptor, bytes, size, at);
}
int ftruncate(int descriptor, off_t size) noexcept {
  static auto* real = next<int(int, off_t)>("ftruncate");
  will_change("truncate", seen(descriptor));
  return real(descriptor, size);
}
int ftruncate64(int descriptor, off_t size) noexcept {
  return ftruncate(descriptor, size);
}

int fsync(int descriptor) {
  return flushed(descriptor, "fsync");
}
int fdatasync(int descriptor) {
  return flushed(descriptor, "fdatasync");
}

int unlink(const char* name) noexcept {
  return removed("remove", name, next<int(const char*)>("unlink"));
}
int remove(const char* name) noexcept {
  return removed("remove", name, next<int(const char*)>("remove"));
}

int link(const char* from, const char* to) noexcept {
  static auto* real = next<int(const char*, const char*)>("link");
  auto path = seen(to);
  if (!path.empty()) Disk::of_this_program().change("link", path);
  int code = real(from, to);
  if (code == 0 && !path.empty()) Disk::of_this_program().name_was_made(path);
  return code;
}

int rename(const char* from, const char* to) noexcept {
  static auto* real = next<int(const char*, const char*)>("rename");
  auto path = seen(to);
  if (path.empty()) return real(from, to);
  auto& disk = Disk::of_this_program();
  disk.change("rename", path);
  auto kept = is_there(path) ? disk.keep(path) : fs::path();
  auto old = seen(from);
  int code = real(from, to);
  if (code == 0) disk.name_was_moved(old, path, kept);
  return code;
}

int mkdir(const char* name, mode_t mode) noexcept {
  static auto* real = next<int(const char*, mode_t)>("mkdir");
  auto path = seen(name);
  if (path.empty() || is_there(path)) return real(name, mode);
  Disk::of_this_program().change("make", path);
  int code = real(name, mode);
  if (code == 0) Disk::of_this_program().name_was_made(path);
  return code;
}

}  // extern "C"
#pragma GCC visibility pop

#include "hub/world/files.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/world/trouble.hpp"

namespace homeroom::world {
namespace {

struct stat look_at(const File& file, const std::filesystem::path& path) {
  struct stat seen {};
  if (fstat(file.descriptor(), &seen) != 0) throw trouble(errno, "read", path);
  return seen;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) close(descriptor_);
}

File open_regular(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe must not wait for a writer; it does nothing to regular files.
  File file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (file.descriptor() < 0) throw trouble(errno, "open", path);
  if (!S_ISREG(look_at(file, path).st_mode))
    throw Error(Next::fix_settings, "cannot open " + path.string() + ": it is no plain file");
  return file;
}

FileFacts facts_of(const File& file, const std::filesystem::path& path) {
  struct stat seen = look_at(file, path);
  return {static_cast<uint64_t>(seen.st_size),
          seen.st_mtim.tv_sec * int64_t{1'000'000'000} + seen.st_mtim.tv_nsec, seen.st_ino};
}

std::string read_whole(const std::filesystem::path& path, uint64_t most_bytes) {
  File file = open_regular(path);
  if (facts_of(file, path).size > most_bytes)
    throw Error(Next::not_readable,
                path.string() + " has more than " + std::to_string(most_bytes) + " bytes");
  std::string bytes;
  char piece[64 << 10];
  for (;;) {
    ssize_t got = read(file.descriptor(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw trouble(errno, "read", path);
    if (got == 0) return bytes;
    bytes.append(piece, static_cast<size_t>(got));
    if (bytes.size() > most_bytes)
      throw Error(Next::not_readable, path.string() + " grew while it was read");
  }
}

AtomicFile::AtomicFile(std::filesystem::path path, uint32_t mode) : path_(std::move(path)) {
  auto pattern = (folder_of(path_) / ".").string();
  pattern.append(path_.filename().string()).append(".XXXXXX");
  file_ = File(mkostemp(pattern.data(), O_CLOEXEC));
  if (file_.descriptor() < 0) throw trouble(errno, "write into", folder_of(path_));
  temporary_ = pattern;
  if (fchmod(file_.descriptor(), mode) != 0) throw trouble(errno, "write", path_);
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t put = ::write(file_.descriptor(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw trouble(errno, "write", path_);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
}

void AtomicFile::commit() {
  if (fsync(file_.descriptor()) != 0) throw trouble(errno, "write", path_);
  if (rename(temporary_.c_str(), path_.c_str()) != 0) throw trouble(errno, "replace", path_);
  temporary_.clear();
  flush_folder(folder_of(path_));
}

void write_atomically(const std::filesystem::path& path, std::string_view bytes, uint32_t mode) {
  AtomicFile file(path, mode);
  file.write(bytes);
  file.commit();
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code refused;
  if (folder.empty() || std::filesystem::is_directory(folder, refused)) return;
  auto last_old = folder_of(folder);
  while (!std::filesystem::exists(last_old, refused) && last_old != folder_of(last_old))
    last_old = folder_of(last_old);
  std::filesystem::create_directories(folder, refused);
  if (refused) throw trouble(refused.value(), "make the folder", folder);
  if (!std::filesystem::is_directory(folder)) throw trouble(ENOTDIR, "make the folder", folder);
  for (auto above = folder; above != last_old;) flush_folder(above = folder_of(above));
}

void flush_folder(const std::filesystem::path& folder) {
  File opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.descriptor() < 0 || fsync(opened.descriptor()) != 0)
    throw trouble(errno, "write into", folder);
}

File nameless_file(const std::filesystem::path& folder) {
  File file(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.descriptor() >= 0) return file;
  // Not every file system knows nameless files: there it loses its name at once.
  std::string pattern = (folder / ".scratch.XXXXXX").string();
  File named(mkostemp(pattern.data(), O_CLOEXEC));
  if (named.descriptor() < 0) throw trouble(errno, "make a scratch file in", folder);
  unlink(pattern.c_str());
  return named;
}

void write_at(const File& file, uint64_t at, std::string_view bytes,
              const std::filesystem::path& path) {
  while (!bytes.empty()) {
    auto put = pwrite(file.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw trouble(errno, "write", path);
    bytes.remove_prefix(static_cast<std::size_t>(put));
    at += static_cast<uint64_t>(put);
  }
}

void read_at(const File& file, uint64_t at, std::string& bytes, std::size_t size,
             const std::filesystem::path& path) {
  bytes.resize(size);
  for (std::size_t got = 0; got < size;) {
    auto read =
        pread(file.descriptor(), bytes.data() + got, size - got, static_cast<off_t>(at + got));
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) throw trouble(read < 0 ? errno : EIO, "read", path);
    got += static_cast<std::size_t>(read);
  }
}

void let_go(const File& file, uint64_t at, uint64_t size) noexcept {
  // Where it cannot, the file only stays as large as it is.
  (void)fallocate(file.descriptor(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(at), static_cast<off_t>(size));
}

ScratchFolder::ScratchFolder(const std::filesystem::path& inside) {
  std::string pattern = (inside / "scratch.XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw trouble(errno, "make a scratch folder in", inside);
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  if (path_.empty()) return;
  std::error_code ignored;  // what cannot be removed now is removed with its parent
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace homeroom::world

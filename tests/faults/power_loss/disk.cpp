#include "tests/faults/power_loss/disk.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <random>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace homeroom::power_loss {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t sector = 512;  // what a disk writes whole or not at all

std::string said(const char* name) {
  const char* text = std::getenv(name);
  return text ? text : "";
}

std::optional<std::pair<dev_t, ino_t>> inode_of(const fs::path& path) {
  struct stat seen {};
  if (::stat(path.c_str(), &seen) != 0) return std::nullopt;
  return std::pair{seen.st_dev, seen.st_ino};
}

std::string whole(int descriptor) {
  struct stat seen {};
  if (::fstat(descriptor, &seen) != 0) std::abort();
  std::string bytes(static_cast<std::size_t>(seen.st_size), '\0');
  for (std::size_t got = 0; got < bytes.size();) {
    auto read =
        ::pread(descriptor, bytes.data() + got, bytes.size() - got, static_cast<off_t>(got));
    if (read <= 0) std::abort();
    got += static_cast<std::size_t>(read);
  }
  return bytes;
}

}  // namespace

thread_local int Quiet::depth_ = 0;

Disk& Disk::of_this_program() {
  static Disk* disk = new Disk();  // used to the very end
  return *disk;
}

Disk::Disk()
    : folder_(said("POWER_LOSS_FOLDER")),
      log_(said("POWER_LOSS_LOG")),
      at_(std::strtoull(said("POWER_LOSS_AT").c_str(), nullptr, 10)),
      seed_(std::strtoull(said("POWER_LOSS_SEED").c_str(), nullptr, 10)) {}

bool Disk::holds(const fs::path& path) const {
  if (folder_.empty()) return false;
  return path == folder_ || path.native().starts_with(folder_.native() + '/');
}

void Disk::change(const char* what, const fs::path& path) {
  Quiet quiet;
  if (++changes_ == at_) lose_power();
  if (log_.empty()) return;
  auto line = std::to_string(changes_) + ' ' + what + ' ' + path.filename().string() + '\n';
  int log = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0 || ::write(log, line.data(), line.size()) < 0) std::abort();
  ::close(log);
}

void Disk::file_will_change(const fs::path& path) {
  Quiet quiet;
  auto inode = inode_of(path);
  if (!inode || files_.contains(*inode)) return;
  int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) std::abort();
  files_[*inode] = {whole(descriptor), descriptor};
}

void Disk::file_is_flushed(const fs::path& path) {
  Quiet quiet;
  auto inode = inode_of(path);
  auto found = inode ? files_.find(*inode) : files_.end();
  if (found == files_.end()) return;
  ::close(found->second.descriptor);
  files_.erase(found);
}

void Disk::folder_is_flushed(const fs::path& folder) {
  std::erase_if(names_, [&](const NameChange& change) { return change.folder == folder; });
}

void Disk::name_was_made(const fs::path& path) {
  names_.push_back({path.parent_path(), [path] {
                      std::error_code none;
                      fs::remove_all(path, none);  // with all that a folder was given
                    }});
}

fs::path Disk::keep(const fs::path& path) {
  Quiet quiet;
  auto attic = folder_ / "attic";
  std::error_code none;
  fs::create_directory(attic, none);
  auto kept = attic / (std::to_string(::getpid()) + '-' + std::to_string(++kept_));
  return ::link(path.c_str(), kept.c_str()) == 0 ? kept : fs::path();
}

void Disk::name_was_removed(const fs::path& path, const fs::path& kept) {
  names_.push_back({path.parent_path(), [path, kept] { ::rename(kept.c_str(), path.c_str()); }});
}

void Disk::name_was_moved(const fs::path& from, const fs::path& to, const fs::path& kept) {
  names_.push_back({to.parent_path(), [from, to, kept] {
                      ::rename(to.c_str(), from.c_str());
                      if (!kept.empty()) ::rename(kept.c_str(), to.c_str());
                    }});
}

void Disk::lose_power() {
  for (const auto& [inode, file] : files_) lose_bytes(file);
  std::mt19937_64 dice(seed_);
  auto survive = seed_ == 0 ? 0 : dice() % (names_.size() + 1);
  while (names_.size() > survive) {
    names_.back().take_back();
    names_.pop_back();
  }
  ::kill(::getpid(), SIGKILL);
  std::abort();
}

/// A sector as it is now, or as it was flushed last; the size too is one of the two.
void Disk::lose_bytes(const Unsure& file) {
  std::mt19937_64 dice(seed_ * 1'000'003 + file.sure.size());
  auto survives = [&] { return seed_ != 0 && dice() % 2 == 0; };
  auto now = whole(file.descriptor);
  auto kept = now;
  bool is_new_size = survives();
  kept.resize(is_new_size ? now.size() : file.sure.size());
  for (std::size_t at = 0; at < kept.size(); at += sector) {
    if (survives() && at < now.size()) continue;
    auto size = std::min(sector, kept.size() - at);
    auto sure = at < file.sure.size() ? file.sure.substr(at, size) : std::string();
    sure.resize(size, '\0');
    kept.replace(at, size, sure);
  }
  if (::ftruncate(file.descriptor, static_cast<off_t>(kept.size())) != 0) std::abort();
  for (std::size_t put = 0; put < kept.size();) {
    auto wrote =
        ::pwrite(file.descriptor, kept.data() + put, kept.size() - put, static_cast<off_t>(put));
    if (wrote <= 0) std::abort();
    put += static_cast<std::size_t>(wrote);
  }
}

}  // namespace homeroom::power_loss

#include "hub/world/lock.hpp"

#include <cerrno>
#include <chrono>
#include <fstream>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/world/trouble.hpp"

namespace homeroom::world {
namespace {

constexpr auto patience = std::chrono::milliseconds(200);

/// The line of who holds the lock, or nothing while it is not there to its end.
std::string owner_in(const File& file) {
  char text[1024];
  ssize_t got = pread(file.descriptor(), text, sizeof text, 0);
  std::string_view read(text, got > 0 ? static_cast<size_t>(got) : 0);
  return std::string(read.substr(0, read.find('\n') == read.npos ? 0 : read.find('\n')));
}

/// Whether the process that a line names has the lock: it may be left from one that had it before.
bool is_holder(const std::string& owner, const File& file) {
  static constexpr std::string_view before = ", process ";
  auto at = owner.rfind(before);
  struct stat facts;
  if (at == owner.npos || fstat(file.descriptor(), &facts) != 0) return false;
  auto digits = owner.substr(at + before.size());
  auto process = ' ' + digits.substr(0, digits.find_first_not_of("0123456789")) + ' ';
  auto inode = ':' + std::to_string(facts.st_ino) + ' ';
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);)
    if (line.find(" FLOCK ") != line.npos && line.find("->") == line.npos &&
        line.find(process) != line.npos && line.find(inode) != line.npos)
      return true;
  return false;
}

/// Who has taken the lock a moment ago has perhaps not written its name yet. Of a holder in another
/// container the system does not tell from here; its name is told all the same.
std::string wait_for_owner(const File& file) {
  auto until = std::chrono::steady_clock::now() + patience;
  auto owner = owner_in(file);
  while (!is_holder(owner, file) && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    owner = owner_in(file);
  }
  return owner.empty() ? "another run" : owner;
}

/// First written and then cut: whoever reads in between finds one name or the other.
void name_owner(const File& file, const std::string& owner, const std::filesystem::path& path) {
  auto size = static_cast<ssize_t>(owner.size());
  if (pwrite(file.descriptor(), owner.data(), owner.size(), 0) != size ||
      ftruncate(file.descriptor(), size) != 0)
    throw trouble(errno, "write", path);
}

}  // namespace

Lock::Lock(const std::filesystem::path& path, const std::string& what, const Clock& clock)
    : file_(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) {
  if (file_.descriptor() < 0) throw trouble(errno, "lock", path);
  if (flock(file_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw trouble(errno, "lock", path);
    throw Locked("locked by " + wait_for_owner(file_));
  }
  name_owner(file_,
             what + ", process " + std::to_string(getpid()) + ", since " +
                 iso_instant(clock.now_ms()) + "\n",
             path);
}

File take_turn(const std::filesystem::path& path) {
  File file(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.descriptor() < 0) throw trouble(errno, "lock", path);
  while (flock(file.descriptor(), LOCK_EX) != 0)
    if (errno != EINTR) throw trouble(errno, "lock", path);
  return file;
}

}  // namespace homeroom::world

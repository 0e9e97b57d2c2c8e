#include "hub/world/lock.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "hub/world/trouble.hpp"

namespace homeroom::world {
namespace {

std::string owner_in(const File& file) {
  char text[256];
  ssize_t got = pread(file.descriptor(), text, sizeof text, 0);
  std::string owner(text, got > 0 ? static_cast<size_t>(got) : 0);
  while (!owner.empty() && owner.back() == '\n') owner.pop_back();
  return owner.empty() ? "another run" : owner;
}

void name_owner(const File& file, const std::string& owner, const std::filesystem::path& path) {
  if (ftruncate(file.descriptor(), 0) != 0 || pwrite(file.descriptor(), owner.data(), owner.size(),
                                                     0) != static_cast<ssize_t>(owner.size()))
    throw trouble(errno, "write", path);
}

}  // namespace

Lock::Lock(const std::filesystem::path& path, const std::string& what, const Clock& clock)
    : file_(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) {
  if (file_.descriptor() < 0) throw trouble(errno, "lock", path);
  if (flock(file_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw trouble(errno, "lock", path);
    throw Locked("locked by " + owner_in(file_));
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

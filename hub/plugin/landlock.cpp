#include "hub/plugin/landlock.hpp"

#include <cstdint>

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hub/world/files.hpp"

namespace homeroom::plugin {
namespace {

// The kernel's numbers of later versions than the headers of this system: rights of files and of
// the net, and what is kept inside (landlock(7)).
constexpr uint64_t truncate_right = uint64_t{1} << 14;
constexpr uint64_t device_right = uint64_t{1} << 15;
constexpr uint64_t net_rights = 3;     // to bind and to connect TCP
constexpr uint64_t scoped_things = 3;  // abstract sockets and signals

struct Ruleset {
  uint64_t files;
  uint64_t net;
  uint64_t scoped;
};

constexpr uint64_t to_read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t to_map = to_read | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr uint64_t to_write = to_read | LANDLOCK_ACCESS_FS_WRITE_FILE |
                              LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                              LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                              LANDLOCK_ACCESS_FS_REFER | truncate_right;
constexpr uint64_t of_files = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                              LANDLOCK_ACCESS_FS_EXECUTE | truncate_right;

// What a version of Landlock can close.
Ruleset all_of(long version) {
  Ruleset all{(uint64_t{1} << 13) - 1, 0, 0};
  if (version >= 2) all.files |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) all.files |= truncate_right;
  if (version >= 4) all.net = net_rights;
  if (version >= 5) all.files |= device_right;
  if (version >= 6) all.scoped = scoped_things;
  return all;
}

std::size_t size_of(long version) {
  if (version >= 6) return sizeof(Ruleset);
  return version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

class Rules {
 public:
  explicit Rules(long version) : all_(all_of(version)) {
    rules_ = world::File(
        static_cast<int>(syscall(SYS_landlock_create_ruleset, &all_, size_of(version), 0)));
  }
  bool are_there() const { return rules_.descriptor() >= 0; }

  /// A path that is not there opens nothing.
  void open(const std::string& path, uint64_t rights) {
    world::File file(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat facts {};
    if (file.descriptor() < 0 || fstat(file.descriptor(), &facts) != 0) return;
    if (!S_ISDIR(facts.st_mode)) rights &= of_files;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = rights & all_.files;
    rule.parent_fd = file.descriptor();
    syscall(SYS_landlock_add_rule, rules_.descriptor(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  }
  bool close_all_others() const {
    return syscall(SYS_landlock_restrict_self, rules_.descriptor(), 0) == 0;
  }

 private:
  Ruleset all_;
  world::File rules_;
};

}  // namespace

bool close_files(const Confinement& what) {
  long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  Rules rules(version);
  if (!rules.are_there()) return false;
  for (const char* path : {"/usr/lib", "/usr/local/lib", "/lib", "/lib64"})
    rules.open(path, to_map);
  for (const char* path : {"/etc/ld.so.cache", "/etc/localtime", "/etc/timezone",
                           "/usr/share/zoneinfo", "/usr/lib/locale"})
    rules.open(path, to_read);
  for (const char* path : {"/dev/null", "/dev/zero", "/dev/urandom"})
    rules.open(path, to_read | LANDLOCK_ACCESS_FS_WRITE_FILE);
  rules.open(what.own, to_map);
  rules.open(what.scratch, to_write);
  for (const auto& opening : what.openings)
    rules.open(opening.path, opening.is_writable ? to_write : to_read);
  return rules.close_all_others();
}

}  // namespace homeroom::plugin

// What the disk surely holds of a program's files, beside what the program sees. Bytes are sure
// when their file was flushed, names when their folder was. At the power loss all that is not sure
// is taken back, or by a seed a part of it: any sectors of a file, the later ones of a folder's
// changes. Told of by the SQLite file system and the calls of this folder; for one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace homeroom::power_loss {

/// While one of these lives, calls are the test's own: they are neither counted nor noted.
class Quiet {
 public:
  Quiet() { ++depth_; }
  ~Quiet() { --depth_; }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  static bool is_on() { return depth_ > 0; }

 private:
  static thread_local int depth_;
};

class Disk {
 public:
  /// The one of this program; its settings come from the environment:
  /// POWER_LOSS_FOLDER  which files are looked at
  /// POWER_LOSS_AT      before which change the power goes, from 1; without it never
  /// POWER_LOSS_SEED    which unsure changes survive all the same; 0: none
  /// POWER_LOSS_LOG     a file that gets a line for each change: "12 write hub.db"
  static Disk& of_this_program();

  /// Whether the file is one that is looked at.
  bool holds(const std::filesystem::path& path) const;

  /// Before anything is changed: counts, and loses the power when it is time.
  void change(const char* what, const std::filesystem::path& path);

  void file_will_change(const std::filesystem::path& path);  ///< its bytes or size
  void file_is_flushed(const std::filesystem::path& path);
  void folder_is_flushed(const std::filesystem::path& folder);

  void name_was_made(const std::filesystem::path& path);  ///< a file, link or folder
  /// Before a name goes or comes to mean another file: keeps the file for the case that it returns.
  std::filesystem::path keep(const std::filesystem::path& path);
  void name_was_removed(const std::filesystem::path& path, const std::filesystem::path& kept);
  /// `kept` is what `to` was before, or nothing.
  void name_was_moved(const std::filesystem::path& from, const std::filesystem::path& to,
                      const std::filesystem::path& kept);

 private:
  Disk();
  struct Unsure {
    std::string sure;  ///< the bytes as they were flushed last
    int descriptor = -1;
  };
  struct NameChange {
    std::filesystem::path folder;
    std::function<void()> take_back;
  };
  using Inode = std::pair<dev_t, ino_t>;

  [[noreturn]] void lose_power();
  void lose_bytes(const Unsure& file);

  std::filesystem::path folder_;
  std::filesystem::path log_;
  uint64_t at_ = 0, seed_ = 0, changes_ = 0, kept_ = 0;
  std::map<Inode, Unsure> files_;
  std::vector<NameChange> names_;
};

}  // namespace homeroom::power_loss

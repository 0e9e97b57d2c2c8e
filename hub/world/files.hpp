// Files: read what is a plain file and nothing else, write so that others see all of it or nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace homeroom::world {

/// What can be seen of a file without reading it; two equal looks mean it has settled.
struct FileFacts {
  uint64_t size = 0;
  int64_t modified_ns = 0;  ///< since 1970-01-01T00:00:00Z
  uint64_t inode = 0;
  bool operator==(const FileFacts&) const = default;
};

/// An open file, closed when it goes away.
class File {
 public:
  explicit File(int descriptor = -1) : descriptor_(descriptor) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// Opens a regular file for reading. A link as the last part of the path, a folder, a pipe or a
/// device is refused. Throws fix_settings or retry, naming the path.
File open_regular(const std::filesystem::path& path);
FileFacts facts_of(const File& file, const std::filesystem::path& path);

/// All bytes of a regular file. Throws not_readable if it has more than `most_bytes`.
std::string read_whole(const std::filesystem::path& path, uint64_t most_bytes);

/// A file that appears under its name with commit() and not at all without it.
class AtomicFile {
 public:
  /// Creates a temporary neighbour, readable by the owner only unless `mode` says more.
  explicit AtomicFile(std::filesystem::path path, uint32_t mode = 0600);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(std::string_view bytes);
  /// Flushes the file, renames it, flushes the folder. After it, the bytes survive a power loss.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  File file_;
};

void write_atomically(const std::filesystem::path& path, std::string_view bytes,
                      uint32_t mode = 0600);

/// Makes a folder and those above it where they are not there, durably: what is flushed into it is
/// not lost with its name.
void make_folder(const std::filesystem::path& folder);

/// Makes a rename or removal in this folder durable.
void flush_folder(const std::filesystem::path& folder);

/// A file without a name, on the disk of `folder`: nobody else can open it, and it is gone with the
/// process, however that ends.
File nameless_file(const std::filesystem::path& folder);
/// Writes all bytes at a place of a file, or reads as many; `path` is for messages.
void write_at(const File& file, uint64_t at, std::string_view bytes,
              const std::filesystem::path& path);
void read_at(const File& file, uint64_t at, std::string& bytes, std::size_t size,
             const std::filesystem::path& path);

/// Gives the disk back what these bytes take, where its file system can; they are zeros then.
void let_go(const File& file, uint64_t at, uint64_t size) noexcept;

/// A new folder of mode 0700 inside `inside`, removed with all it holds when it goes away.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::filesystem::path& inside);
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace homeroom::world

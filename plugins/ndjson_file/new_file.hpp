// NewFile: a file that appears under its name whole and durable, or not at all, with its digest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace homeroom::ndjson_file {

class NewFile {
 public:
  /// Opens a temporary neighbour of `path`; makes the folder if it is not there. Throws
  /// Error(fix_settings) or Error(retry) naming the folder and what to do.
  explicit NewFile(std::filesystem::path path);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  void line(std::string_view text);
  /// Writes what is buffered and closes the digest; nothing may be added after it.
  void finish();
  /// After finish(): flush to disk, take the name, flush the folder.
  void publish();

  struct Sum;  ///< SHA-256 in pieces

  const std::string& digest() const { return digest_; }  ///< after finish()
  uint64_t bytes() const { return bytes_; }

 private:
  void flush();
  std::filesystem::path path_;
  std::string temporary_;
  int file_ = -1;
  std::string buffer_;
  uint64_t bytes_ = 0;
  std::unique_ptr<Sum> sum_;
  std::string digest_;
};

/// SHA-256 of a file as 64 hex letters; empty if it is not there.
std::string digest_of(const std::filesystem::path& path);

/// Throws as NewFile would if nothing can be written into the folder of `path`.
void check_folder_of(const std::filesystem::path& path);

}  // namespace homeroom::ndjson_file

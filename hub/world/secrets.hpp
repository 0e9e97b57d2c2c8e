// Secrets: a folder with one file per secret, and a type that cannot be printed by accident.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>

namespace homeroom::world {

/// Its bytes are wiped when it goes away. Not copyable, not printable.
class Secret {
 public:
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  /// For the one place that needs the bytes; never for a message.
  std::string_view reveal() const { return bytes_; }
  /// Takes the same time wherever the first difference is.
  bool equals(std::string_view other) const;

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  void wipe();
  std::string bytes_;
};

class SecretFolder {
 public:
  explicit SecretFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The secret of this name, without a line end behind it. Throws fix_settings if the name is no
  /// file name, the file is missing or empty, or anybody but its owner may read it.
  Secret read(const std::string& name) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace homeroom::world

// Ed25519 by OpenSSL: keys in PEM, signatures of 64 bytes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace homeroom::world {

/// The 32 bytes of a public key. Throws fix_settings, naming the file.
std::string read_public_key(const std::filesystem::path& file);
/// The first 16 hex letters of its SHA-256: for people and files.
std::string key_id(std::string_view public_bytes);
bool is_signed(std::string_view text, std::string_view signature, std::string_view public_bytes);

class PrivateKey {
 public:
  /// Throws fix_settings if it is no such key, or if others may read the file.
  explicit PrivateKey(const std::filesystem::path& file);
  std::string public_bytes() const;
  std::string sign(std::string_view text) const;

 private:
  std::shared_ptr<void> key_;
};

}  // namespace homeroom::world

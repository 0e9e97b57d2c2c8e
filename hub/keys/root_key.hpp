// The root key, where the key file does not hold it: 64 hex letters in a file, said by a command,
// or a line NAME=LETTERS of an environment file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hub/keys/secret_key.hpp"

namespace homeroom::keys {

/// Where a district keeps the root key. Nothing set: in the key file itself.
struct RootKeyPlace {
  std::filesystem::path file;         ///< readable by its owner only
  std::vector<std::string> command;   ///< of a vault or key service; says it on standard output
  std::filesystem::path environment;  ///< readable by its owner only; with `name`
  std::string name;

  bool is_outside() const { return !file.empty() || !command.empty() || !environment.empty(); }
  /// "a file", "a command": for people; never the key.
  std::string says() const;
};

/// Throws Error(fix_settings) saying what to mend; nothing of the key is in the message.
SecretKey read_root_key(const RootKeyPlace& place);

/// 64 hex letters as a key. `where` is for the message.
SecretKey key_of_hex(std::string_view letters, const std::string& where);

/// Throws Error(fix_settings) when others than its owner may read the file.
void refuse_if_open_to_others(const std::filesystem::path& file, const char* what);

}  // namespace homeroom::keys

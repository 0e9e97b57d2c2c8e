// Signature: who vouches for a plugin's library and manifest. The file NAME.sig beside the library
// is text; what it states is signed with Ed25519 (RFC 8032).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hub/plugin/catalogue.hpp"
#include "hub/world/files.hpp"

namespace homeroom::plugin {

enum class Trust : uint8_t {
  shipped,   ///< came with this program, and is as it was built
  vouched,   ///< signed by a key of the trust list
  stranger,  ///< not signed, by no key of the list, or not on this day
};

/// What was found out about a plugin, and the bytes it was found out about.
struct Standing {
  Trust trust = Trust::stranger;
  std::string says;     ///< "signed by KEY until 2027-11-27", "not signed: ..."
  world::File library;  ///< sealed; what is mapped must be this
};

/// Judges plugins by the program's own folders and the district's list of keys.
class TrustList {
 public:
  /// `keys`: files with a public key each, in PEM as openssl writes them. `own`: folders that came
  /// with the program; what was noted there while building counts. Throws fix_settings for a file
  /// that holds no Ed25519 key.
  TrustList(const std::vector<std::filesystem::path>& keys, std::vector<std::filesystem::path> own);

  /// `today`: days since 1970-01-01. Throws fix_settings where a signature, or what was noted while
  /// building, is about other bytes, another name, version or contract: then something was changed.
  Standing judge(const Found& plugin, int32_t today) const;

 private:
  struct Key {
    std::string id;     ///< 16 hex letters
    std::string bytes;  ///< 32
  };
  std::vector<Key> keys_;
  std::vector<std::filesystem::path> own_;
};

/// The text of NAME.sig, good from one day to another, both included. `key`: a private Ed25519 key
/// in PEM that nobody but its owner may read; throws fix_settings for anything else.
std::string sign(const Found& plugin, const std::filesystem::path& key, int32_t from,
                 int32_t until);

/// Beside the library.
std::filesystem::path signature_file(const Found& plugin);

/// The highest version of each vouched plugin that was used, in a file: an older one may have a
/// fault that is known by now.
class SeenVersions {
 public:
  explicit SeenVersions(std::filesystem::path file) : file_(std::move(file)) {}
  /// Remembers the version; throws fix_settings if a higher one was seen.
  void expect_no_older(const Manifest& manifest) const;

 private:
  std::filesystem::path file_;
};

/// -1, 0 or 1, number by number: 1.9 comes before 1.10.
int compare_versions(std::string_view one, std::string_view other);

}  // namespace homeroom::plugin

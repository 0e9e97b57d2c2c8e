// The key file: text, mode 0400, made on the first run. It holds the root key in the clear, unless
// that is kept outside, and, wrapped, the tenant key (by the root key) and the id and token keys
// (by the tenant key). While key pages are being wrapped anew it holds two tenant keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "hub/keys/root_key.hpp"
#include "hub/keys/secret_key.hpp"

namespace homeroom::keys {

/// What the key file gives; the root key is wiped again as soon as the others are unwrapped.
struct TenantKeys {
  SecretKey tenant;
  SecretKey id;
  SecretKey token;
  uint32_t number = 1;              ///< of the tenant key; grows with each rotation
  std::optional<SecretKey> before;  ///< the tenant key number - 1, while pages are under it
  int64_t made_ms = 0;              ///< the tenant key; 0: not known
  std::string root_kept = "in the key file";
};

/// Writes a new key file. Appears whole or not at all and never replaces a file.
TenantKeys make_key_file(const std::filesystem::path& file, std::string_view tenant_id,
                         const RootKeyPlace& root);
/// The same file under another name, mode 0400; never replaces a file.
void copy_key_file(const std::filesystem::path& file, const std::filesystem::path& to);
/// Throws Error(fix_settings) when others may read it, it is another tenant's or was changed.
TenantKeys read_key_file(const std::filesystem::path& file, std::string_view tenant_id,
                         const RootKeyPlace& root);

/// Draws a new tenant key beside the one that is there, under a new root key: drawn too where the
/// key file holds it, else what `root` says now. `root_was` says what it was until now, where it
/// was outside and is another. Throws Error(fix_settings) while an earlier rotation goes on.
void begin_rotation(const std::filesystem::path& file, std::string_view tenant_id,
                    const RootKeyPlace& root, const RootKeyPlace& root_was);
/// Forgets the former tenant key: nothing is under it any more.
void end_rotation(const std::filesystem::path& file);

}  // namespace homeroom::keys

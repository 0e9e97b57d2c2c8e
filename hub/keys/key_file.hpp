// The key file: text, mode 0400, made on the first run. It holds the root key in the clear and,
// wrapped, the tenant key (by the root key) and the id and token keys (by the tenant key).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "hub/keys/secret_key.hpp"

namespace homeroom::keys {

/// What the key file gives; the root key is wiped again as soon as the others are unwrapped.
struct TenantKeys {
  SecretKey tenant;
  SecretKey id;
  SecretKey token;
};

/// Writes a new key file. Appears whole or not at all and never replaces a file.
TenantKeys make_key_file(const std::filesystem::path& file, std::string_view tenant_id);
/// The same file under another name, mode 0400; never replaces a file.
void copy_key_file(const std::filesystem::path& file, const std::filesystem::path& to);
/// Throws Error(fix_settings) when others may read it, it is another tenant's or was changed.
TenantKeys read_key_file(const std::filesystem::path& file, std::string_view tenant_id);

}  // namespace homeroom::keys
